import Basics
import FoundationEssentials
import ProviderKit
import Testing
import TrainingModel

@testable import SlurmProvider

@Suite("What slurmrestd answers, and what it is sent")
struct RestTextTests {
  private func decode<Value: Decodable>(_ text: String, as type: Value.Type) throws -> Value {
    try JSON.decode(type, from: Data(text.utf8))
  }

  @Test("numbers and words, as the versions write them")
  func values() throws {
    struct Values: Decodable {
      var numbers: [RestNumber]
      var words: [RestWords]
    }
    let text = """
      {"numbers": [5, -1, null, {"set": true, "infinite": false, "number": 7}, {"set": false, "number": 0}, {"infinite": true, "number": 0}, "x"],
       "words": ["RUNNING", ["COMPLETED", "COMPLETING"], [], null]}
      """
    let values = try decode(text, as: Values.self)
    #expect(values.numbers.map(\.value) == [5, -1, nil, 7, nil, nil, nil])
    #expect(values.words.map(\.state) == ["RUNNING", "COMPLETING", "", ""])
  }

  @Test("nodes of one kind are one group of each partition that has them")
  func groups() throws {
    let partitions = try decode(
      """
      {"partitions": [{"name": "main", "flags": ["default"], "state": "UP", "max_time_limit": -1},
        {"name": "short", "flags": [], "state": "UP", "max_time_limit": 10}, {"name": "closed", "flags": [], "state": "DOWN"}]}
      """, as: RestCluster.Partitions.self)
    let nodes = try decode(
      """
      {"nodes": [{"name": "n1", "cpus": 8, "real_memory": 2000, "gres": "gpu:h100:2", "partitions": ["main", "short", "closed"]},
        {"name": "n2", "cpus": 8, "real_memory": 2000, "gres": "gpu:h100:2", "partitions": ["main", "short"]},
        {"name": "n3", "cpus": 64, "real_memory": 9000, "gres": "", "partitions": ["main"]}]}
      """, as: RestCluster.Nodes.self)
    let groups = RestCluster.groups(partitions, nodes)
    let lines = [
      "main*|up|infinite|8|2000|2|gpu:h100:2|idle", "main*|up|infinite|64|9000|1|(null)|idle", "short|up|10:00|8|2000|2|gpu:h100:2|idle",
      "closed|down|infinite|8|2000|1|gpu:h100:2|down",
    ]
    #expect(groups == lines.compactMap { NodeGroup($0[...]) }, "as sinfo says it")
  }

  @Test("a job of the queue, and the same one in the accounts")
  func jobs() throws {
    let queue = try decode(
      """
      {"jobs": [{"job_id": 1, "name": "runpilot-rp_0001.tok", "job_state": "FAILED", "state_reason": "NonZeroExitCode", "partition": "main",
        "node_count": 2, "start_time": 1700000000, "end_time": 1700000100, "user_name": "me", "comment": "runpilot:run=u1", "exit_code": 18688},
        {"job_id": 2, "name": "x", "job_state": "PENDING", "state_reason": "Priority", "start_time": 1700000000, "end_time": 0, "exit_code": 9}]}
      """, as: RestJobs.self)
    let job = try #require(queue.jobs[0].each.first)
    #expect(job.token == "tok" && job.nodes == 2 && job.tags == ["runpilot:run": "u1"] && job.why == "NonZeroExitCode")
    #expect(job.startedAt == Date(timeIntervalSince1970: 1_700_000_000) && job.endedAt == Date(timeIntervalSince1970: 1_700_000_100))
    #expect(queue.jobs[0].ended == JobEnd(state: "FAILED", code: "73:0", why: "NonZeroExitCode"))
    #expect(queue.jobs[1].each.first?.startedAt == nil && queue.jobs[1].ended.code == "0:9", "what waits has no start")
    let accounts = try decode(Self.requeued, as: RestAccounts.self)
    #expect(accounts.jobs.compactMap(\.job).map(\.state) == ["REQUEUED", "COMPLETED", "PENDING"])
    #expect(accounts.jobs[1].ended == JobEnd(state: "COMPLETED", code: "0:0", why: "None"))
    let stretches = accounts.jobs.compactMap(\.stretch)
    #expect(stretches.map(\.seconds) == [3, 60] && stretches.map(\.gpus) == [2, 2] && stretches.map(\.nodes) == [1, 1])
  }

  private static let requeued = """
    {"jobs": [{"job_id": 36, "name": "x", "state": {"current": "REQUEUED", "reason": "None"}, "time": {"start": 1795291845, "end": 1795291848,
      "elapsed": 3}, "allocation_nodes": 1, "user": "root", "tres": {"allocated": [{"type": "cpu", "name": null, "count": 1},
      {"type": "energy", "name": null, "count": null}, {"type": "node", "name": null, "count": 1}, {"type": "gres", "name": "gpu", "count": 2}]}},
      {"job_id": 36, "name": "x", "state": {"current": "COMPLETED", "reason": "None"}, "time": {"start": 1795291970, "end": 1795292030,
      "elapsed": 60}, "allocation_nodes": 1, "user": "root", "exit_code": {"status": "SUCCESS", "return_code": 0},
      "tres": {"allocated": [{"type": "gres", "name": "gpu:h100", "count": 2}]}},
      {"job_id": 36, "name": "x", "state": {"current": "PENDING"}, "time": {"start": 0, "end": 0, "elapsed": 0}, "tres": {"allocated": []}}]}
    """

  private func order(_ need: ResourceNeed) -> RentalOrder {
    var order = RentalOrder(
      token: LaunchToken("tok"), tags: ["runpilot:run": "u1"], bootScript: "#!/bin/sh\n", name: "runpilot-rp_0001",
      need: RentalNeed(resources: need, architectures: ["x86_64"]))
    order.lifetimeSeconds = 3_601
    return order
  }

  private var place: RentalCandidate {
    let offer = Offer(provider: "slurm", machine: "main", gpuType: "h100", gpuCount: 2, pricePerHour: nil, priceSource: nil)
    return RentalCandidate(
      place: RentalPlace(provider: "slurm", account: "c", region: "", machine: "main"), offer: offer, architecture: "x86_64", meters: [])
  }

  @Test("a job asks for the same as by sbatch")
  func request() throws {
    var need = ResourceNeed()
    (need.gpus, need.gpuType, need.cpuMillis, need.memory) = (.count(2), "H100", 2_500, ByteSize(bytes: 300 << 20))
    let settings = try SlurmSettings(["account": .string("lab"), "sbatch_options": .array([.string("--nice=5"), .string("--exclusive")])])
    let job = try #require(try RestJob.request(place, order(need), settings).properties)
    let expected: [String: JSONValue] = [
      "name": .string("runpilot-rp_0001.tok"), "comment": .string("runpilot:run=u1"), "partition": .string("main"),
      "no_requeue": .bool(true),
      "dependency": .string("singleton"), "nodes": .string("1"), "tasks_per_node": .int(1),
      "standard_output": .string("/dev/null"),
      "current_working_directory": .string("/"),
      "environment": .object([
        "SLURM_GET_USER_ENV": .string("1"), "SLURM_NTASKS_PER_NODE": .string("1"), "SLURM_CPUS_PER_TASK": .string("3"),
      ]), "cpus_per_task": .int(3),
      "memory_per_node": .int(300), "gres": .string("gpu:h100:2"), "time_limit": .int(61), "account": .string("lab"), "nice": .string("5"),
      "exclusive": .string("exclusive"),
    ]
    #expect(job == expected)
  }

  @Test("the same job by the names of v0.0.40 and later, which would leave out what they do not know; nothing of it is lost")
  func renamed() throws {
    var need = ResourceNeed()
    (need.gpus, need.gpuType, need.cpuMillis, need.memory) = (.count(2), "H100", 2_500, ByteSize(bytes: 300 << 20))
    let more = ["--nice=5", "--exclusive", "--mail-type=END,FAIL", "--begin=now+1hour"]
    let settings = try SlurmSettings(["constraint": .string("fast"), "sbatch_options": .array(more.map { .string($0) })])
    let body = try RestJob.body(try RestJob.request(place, order(need), settings), version: "v0.0.40")
    let document = try JSON.decode(JSONValue.self, from: Data(body.utf8))
    func number(_ value: Int64) -> JSONValue { .object(["set": .bool(true), "infinite": .bool(false), "number": .int(value)]) }
    let expected: [String: JSONValue] = [
      "name": .string("runpilot-rp_0001.tok"), "comment": .string("runpilot:run=u1"), "partition": .string("main"), "requeue": .bool(false),
      "dependency": .string("singleton"), "nodes": .string("1"), "tasks_per_node": .int(1), "standard_output": .string("/dev/null"),
      "current_working_directory": .string("/"),
      "environment": .array(["SLURM_CPUS_PER_TASK=3", "SLURM_GET_USER_ENV=1", "SLURM_NTASKS_PER_NODE=1"].map { .string($0) }),
      "cpus_per_task": .int(3), "memory_per_node": number(300), "tres_per_node": .string("gres/gpu:h100:2"), "time_limit": number(61),
      "constraints": .string("fast"), "nice": .int(5), "shared": .array([.string("none")]),
      "mail_type": .array([.string("END"), .string("FAIL")]), "begin_time": .string("now+1hour"),
    ]
    #expect(document["job"]?.objectValue == expected && document["script"] == .string("#!/bin/sh\n"))
    let signal = try SlurmSettings(["sbatch_options": .array([.string("--signal=USR1@60")])])
    let request = try RestJob.request(place, order(need), signal)
    #expect(throws: ProviderError.self) { try RestJob.body(request, version: "v0.0.42") }
    #expect(throws: Never.self) { try RestJob.body(request, version: "v0.0.38") }
  }

  @Test("a job that may be started again says so, to sbatch and to every slurmrestd")
  func requeue() throws {
    for mayRestart in [true, false] {
      var order = order(ResourceNeed())
      order.mayRestart = mayRestart
      let settings = try SlurmSettings([:])
      let batch = BatchRequest(place, order, settings, seconds: nil)
      #expect(batch.options.contains("--requeue") == mayRestart && batch.options.contains("--no-requeue") == !mayRestart)
      let request = try RestJob.request(place, order, settings)
      for (version, key, value) in [("v0.0.38", mayRestart ? "requeue" : "no_requeue", true), ("v0.0.42", "requeue", mayRestart)] {
        let job = try JSON.decode(JSONValue.self, from: Data(try RestJob.body(request, version: version).utf8))["job"]?.objectValue ?? [:]
        #expect(job.filter { $0.key.hasSuffix("requeue") } == [key: .bool(value)], "\(version)")
      }
    }
  }

  /// As Slurm 24.11 answers in v0.0.42, without what is not read.
  @Test("answers of later versions: numbers that may be unset, states that are lists")
  func later() throws {
    let unlimited = "{\"set\": false, \"infinite\": true, \"number\": 0}"
    let partitions = try decode(
      """
      {"partitions": [{"name": "main", "maximums": {"time": \(unlimited)}, "partition": {"state": ["UP"]}, "cluster": ""},
        {"name": "short", "maximums": {"time": {"set": true, "infinite": false, "number": 10}}, "partition": {"state": ["DOWN", "DRAIN"]}}]}
      """, as: RestCluster.Partitions.self)
    let nodes = try decode(
      """
      {"nodes": [{"name": "n1", "cpus": 8, "real_memory": 2000, "gres": "gpu:h100:2", "partitions": ["main", "short"], "state": ["IDLE"]}]}
      """, as: RestCluster.Nodes.self)
    let lines = ["main|up|infinite|8|2000|1|gpu:h100:2|idle", "short|down|10:00|8|2000|1|gpu:h100:2|down"]
    #expect(RestCluster.groups(partitions, nodes) == lines.compactMap { NodeGroup($0[...]) })
    let exit = """
      {"status": ["SIGNALED"], "return_code": {"set": false, "infinite": false, "number": 0}, "signal": {"id": {"set": true, "infinite": false,
        "number": 9}, "name": "KILL"}}
      """
    let queue = try decode(
      """
      {"jobs": [{"job_id": 1, "name": "x", "job_state": ["FAILED", "COMPLETING"], "state_reason": "None", "node_count": {"set": true,
        "infinite": false, "number": 2}, "start_time": {"set": true, "infinite": false, "number": 1795293626}, "end_time": {"set": true,
        "infinite": false, "number": 1795293632}, "user_name": "me", "comment": "a=b", "exit_code": \(exit)}]}
      """, as: RestJobs.self)
    let job = try #require(queue.jobs.first?.each.first)
    #expect(JobState.resourceState(job.state) == .stopping && job.nodes == 2 && job.startedAt?.timeIntervalSince1970 == 1_795_293_626)
    #expect(queue.jobs.first?.ended.code == "0:9")
    let accounts = try decode(
      """
      {"jobs": [{"job_id": 1, "name": "x", "state": {"current": ["FAILED"], "reason": "None"}, "allocation_nodes": 2, "time": {"elapsed": 6,
        "start": 1795293626, "end": 1795293632}, "exit_code": {"status": ["ERROR"], "return_code": {"set": true, "infinite": false, "number": 3},
        "signal": {"id": {"set": false, "infinite": false, "number": 0}, "name": ""}}, "tres": {"allocated": [{"type": "energy", "name": "",
        "count": -2}, {"type": "node", "name": "", "count": 2}, {"type": "gres", "name": "gpu", "count": 2}]}}]}
      """, as: RestAccounts.self)
    let row = try #require(accounts.jobs.first)
    #expect(row.ended == JobEnd(state: "FAILED", code: "3:0", why: "None"))
    #expect(row.stretch.map { ($0.seconds, $0.nodes, $0.gpus) } ?? (0, 0, 0) == (6, 2, 2))
  }

  @Test("settings that only sbatch understands are refused", arguments: ["--nodelist=n1", "-x n1", "nice=5", "--nice", "--exclusive "])
  func options(option: String) throws {
    let settings = try SlurmSettings(["sbatch_options": .array([.string(option)])])
    #expect(throws: ProviderError.self) { try RestJob.request(place, order(ResourceNeed()), settings) }
    let export = try SlurmSettings(["export": .array([.string("DATA")])])
    #expect(throws: ProviderError.self) { try RestJob.request(place, order(ResourceNeed()), export) }
  }
}
