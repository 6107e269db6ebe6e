import Basics
import FoundationEssentials
import ProviderKit
import Synchronization
import Testing
import TrainingModel

@testable import SlurmProvider

@Suite("A sweep as a job array")
struct BatchArrayTests {
  private static let base = "019aa000-0000-7000-8000-000000000000"

  private func job(
    _ index: Int, script: String = "true\n", label: String = "sweep-x", parallel: Int = 2, after: [String] = [], byREST: Bool = false
  ) throws -> BatchRequest {
    let id = SweepMember.id(index, of: Self.base)
    let place = RentalPlace(provider: "slurm", account: "c", region: "", machine: "main")
    let candidate = RentalCandidate(
      place: place, offer: Offer(provider: "slurm", machine: "main", pricePerHour: nil, priceSource: nil), architecture: "x86_64",
      meters: [])
    var order = RentalOrder(
      token: LaunchToken(id),
      tags: [OwnershipTags.intent: id, OwnershipTags.run: id.replacing("019aa", with: "019bb"), OwnershipTags.owner: "me"],
      bootScript: script, name: "runpilot-rp_000\(index)", need: RentalNeed(resources: ResourceNeed(), architectures: ["x86_64"]))
    order.sweep = SweepShare(label: label, index: index, parallel: parallel, after: after.map { ResourceID($0) })
    let settings = try SlurmSettings([:])
    return byREST ? try RestJob.request(candidate, order, settings) : BatchRequest(candidate, order, settings, seconds: 600)
  }

  private func launch(_ job: BatchRequest) throws -> ComposedLaunch {
    ComposedLaunch(
      token: LaunchToken(Self.base), place: RentalPlace(provider: "slurm", account: "c", region: "", machine: "main"),
      request: String(decoding: try JSON.encode(job, compact: true), as: UTF8.self))
  }

  @Test(
    "which tasks it has", arguments: [([0], "0"), ([0, 1, 2], "0-2"), ([5, 0, 1, 3], "0-1,3,5"), ([7, 8], "7-8")] as [([Int], String)])
  func ranges(numbers: [Int], text: String) { #expect(BatchArray.ranges(numbers) == text) }

  @Test(
    "which tasks slurmrestd tells together",
    arguments: [("0-3,5%2", [0, 1, 2, 3, 5]), ("7", [7]), ("0-8:4", [0, 4, 8]), ("1-2,...", [1, 2]), ("", []), ("x-y", [])])
  func numbers(text: String, numbers: [Int]) { #expect(BatchArray.numbers(in: text) == numbers) }

  @Test("one name and one comment say of each task whose it is; it waits for what is to end first")
  func identity() throws {
    let array = try #require(BatchArray.request(of: [try job(0, after: ["7_0", "7_1", "9"]), try job(2, after: ["7_0", "7_1", "9"])]))
    #expect(array.name == "runpilot-sweep-x.\(Self.base)")
    #expect(array.options.contains("--array=0,2%2") && array.options.contains("--dependency=singleton,afterany:7,afterany:9"))
    let comment = try #require(array.options.first { $0.hasPrefix("--comment=") }).dropFirst("--comment=".count)
    func line(_ id: String) -> String {
      [id, "PENDING", "JobArrayTaskLimit", "main", "1", "N/A", "N/A", "me", array.name, String(comment)].joined(separator: "\u{1F}")
    }
    for index in [0, 2, 300] {
      let resource = try #require(ClusterJob(queued: line("12_\(index)"))).resource(provider: "slurm", cluster: "c")
      #expect(resource.intent?.rawValue == SweepMember.id(index, of: Self.base) && resource.owner == "me")
      #expect(resource.runUID == SweepMember.id(index, of: Self.base.replacing("019aa", with: "019bb")))
    }
    let over = ["12_2", "COMPLETED", "main", "1", "1700000000", "1700000100", "me", array.name].joined(separator: "\u{1F}")
    #expect(ClusterJob(accounted: over)?.token == SweepMember.id(2, of: Self.base))
    #expect(ClusterJob(accounted: over.replacing("12_2", with: "12_[3-5]")) == nil, "the queue has them one by one")
  }

  @Test("slurmrestd is told the same array as sbatch, by the names of each version", arguments: ["v0.0.38", "v0.0.42"])
  func properties(version: String) throws {
    func array(byREST: Bool) throws -> BatchRequest? {
      BatchArray.request(of: try [0, 2, 3].map { try job($0, script: "echo \($0)\n", after: ["7_0", "7_1"], byREST: byREST) })
    }
    let (here, there) = (try #require(try array(byREST: false)), try #require(try array(byREST: true)))
    #expect(there.options.isEmpty && there.part == nil && (there.name, there.script) == (here.name, here.script))
    let told = try #require(try JSON.decode(JSONValue.self, from: Data(try RestJob.body(there, version: version).utf8))["job"])
    for (property, option) in [("array", "--array"), ("dependency", "--dependency"), ("name", "--job-name"), ("comment", "--comment")] {
      #expect(here.options.contains("\(option)=\(told[property]?.stringValue ?? "")"), "\(property)")
    }
    #expect(told["array"] == .string("0,2-3%2"))
    #expect(BatchArray.request(of: [try job(0), try job(1, byREST: true)]) == nil)
  }

  @Test("a task that the list of its array leaves out is looked for by its number, for its own run alone", arguments: [0, 3, 300])
  func leftOut(index: Int) async throws {
    let array = try #require(BatchArray.request(of: [try job(0)]))
    let comment = try #require(array.options.first { $0.hasPrefix("--comment=") }).dropFirst("--comment=".count)
    func task(_ number: Int) throws -> ClusterJob {
      let fields = ["12_\(number)", "PENDING", "None", "main", "1", "N/A", "N/A", "me", array.name, String(comment)]
      return try #require(ClusterJob(queued: fields.joined(separator: "\u{1F}")))
    }
    let provider = try provider(Cluster(try [0, 1, 3].map(task), hidden: try task(300)))
    let uid = SweepMember.id(index, of: Self.base.replacing("019aa", with: "019bb"))
    let listed = try await provider.resources(.run(uid: uid), after: nil).resources
    #expect(listed.map(\.id.rawValue) == ["12_\(index)"] && listed.map(\.runUID) == [uid])
    #expect(try await provider.resources(.run(uid: Self.base), after: nil).resources.isEmpty, "that of another array")
  }

  @Test("each task runs its own script, whatever is in it, and a number that has none runs nothing", arguments: [0, 1, 3])
  func scripts(task: Int) async throws {
    let scripts = [
      0: "#!/bin/sh\ncat <<'RUNPILOT_END'\n{\"a\": \"x;; esac )\"}\nRUNPILOT_END\nexit 3\n", 1: "echo one ')' ;\nexec true",
      2: "echo two\n",
    ]
    let array = try #require(BatchArray.request(of: try [0, 1, 2].map { try job($0, script: scripts[$0] ?? "") }))
    let outcome = try await LocalShell(environment: ["PATH": "/usr/bin:/bin", "SLURM_ARRAY_TASK_ID": "\(task)"]).run(
      ["sh", "-s"], input: Array(array.script.utf8), changes: false)
    let expected = [0: (Int32(3), "{\"a\": \"x;; esac )\"}"), 1: (0, "one )"), 3: (64, "")][task]
    #expect(outcome.code == expected?.0 && outcome.output == expected?.1, "\(outcome)")
  }

  @Test("jobs that are not alike are no array")
  func unlike() throws {
    #expect(BatchArray.request(of: []) == nil)
    #expect(BatchArray.request(of: [try job(0), try job(1, parallel: 3)]) == nil)
    #expect(BatchArray.request(of: [try job(0), try job(1, label: "sweep-y")]) == nil)
    #expect(BatchArray.request(of: [try job(0), try job(0)]) == nil)
    var alone = try job(1)
    alone.part = nil
    #expect(BatchArray.request(of: [try job(0), alone]) == nil && BatchArray.request(of: [alone]) == nil)
  }

  /// A cluster that knows some jobs, and counts submissions.
  private final class Cluster: ClusterControl {
    let jobs: [ClusterJob]
    let submitted = Mutex<[BatchRequest]>([])
    let longestArray: Int
    let way = ""
    /// What submitting is answered with, and then its jobs show.
    let refusal: ProviderError?
    /// A job that no list names.
    let hidden: ClusterJob?

    init(_ jobs: [ClusterJob] = [], longestArray: Int = 1_001, refusal: ProviderError? = nil, hidden: ClusterJob? = nil) {
      (self.jobs, self.longestArray, self.refusal, self.hidden) = (jobs, longestArray, refusal, hidden)
    }

    func access() async -> CheckResult? { nil }
    func identity() async throws(ProviderError) -> ClusterIdentity {
      ClusterIdentity(name: "c", version: "22", user: "me", keepsAccounts: false, countsGPUs: false, longestArray: longestArray)
    }
    func nodeGroups() async throws(ProviderError) -> [NodeGroup] { [] }
    func queued(_ choice: JobChoice) async throws(ProviderError) -> [ClusterJob] {
      if case .number(let number) = choice { return (jobs + [hidden].compactMap(\.self)).filter { $0.id == number } }
      return refusal != nil && submitted.withLock { $0.isEmpty } ? [] : jobs
    }
    func accounted(_ choice: JobChoice, days: Int) async throws(ProviderError) -> [ClusterJob] { [] }
    func compose(_ candidate: RentalCandidate, _ order: RentalOrder, _ settings: SlurmSettings) throws(ProviderError) -> BatchRequest {
      BatchRequest(candidate, order, settings, seconds: nil)
    }
    func submit(_ batch: BatchRequest) async throws(ProviderError) -> String {
      submitted.withLock { $0.append(batch) }
      if let refusal { throw refusal }
      return "40"
    }
    func cancel(_ number: String) async throws(ProviderError) -> Bool { true }
    func end(of number: String) async throws(ProviderError) -> JobEnd? { nil }
    func stretches(of number: String) async throws(ProviderError) -> [JobStretch] { [] }
  }

  private func provider(_ cluster: Cluster, _ settings: [String: JSONValue] = [:]) throws -> SlurmProvider {
    try SlurmProvider(ProviderSettings(id: "slurm", module: "slurm", values: settings)) { _ throws(ProviderError) in cluster }
  }

  @Test("one submission for all, and a name for each run's task in their order")
  func launched() async throws {
    let cluster = Cluster()
    let made = try await provider(cluster).launch(sweep: [try launch(job(1)), try launch(job(0)), try launch(job(4))])
    #expect(made.map(\.id.rawValue) == ["40_1", "40_0", "40_4"] && made.allSatisfy { $0.state == .starting && $0.launchedAt == nil })
    #expect(cluster.submitted.withLock { $0.map { $0.options.last } } == ["--array=0-1,4%2"])
  }

  private func line(_ id: String) throws -> ClusterJob {
    let fields = [id, "RUNNING", "None", "main", "1", "1700000000", "N/A", "me", "runpilot-sweep-x.\(Self.base)", ""]
    return try #require(ClusterJob(queued: fields.joined(separator: "\u{1F}")))
  }

  @Test("an array that came through late and leaves no room for a second one is the sweep's; who has no room at all is refused")
  func crowdedOut() async throws {
    let refusal = ProviderError(.quotaExceeded, "too many")
    let late = Cluster([try line("50_0"), try line("50_1")], refusal: refusal)
    #expect(try await provider(late).launch(sweep: [try launch(job(0)), try launch(job(1))]).map(\.id.rawValue) == ["50_0", "50_1"])
    await #expect(throws: refusal) { try await provider(Cluster(refusal: refusal)).launch(sweep: [try launch(job(0))]) }
  }

  @Test("an array of its name that is there is the sweep's: the first of two, and nothing is submitted")
  func known() async throws {
    let cluster = Cluster([try line("100_0"), try line("99_1"), try line("99_0")])
    let made = try await provider(cluster).launch(sweep: [try launch(job(0)), try launch(job(1)), try launch(job(2))])
    #expect(made.map(\.id.rawValue) == ["99_0", "99_1", "99_2"] && made.map(\.state) == [.running, .running, .starting])
    #expect(cluster.submitted.withLock { $0.isEmpty })
  }

  @Test(
    "no more than the cluster's arrays and the settings allow, and none where they allow none",
    arguments: [
      (0, nil, nil), (3, nil, 3), (1_001, nil, 400), (1_001, 500, 400), (1_001, 20, 20), (1_001, 0, nil), (1_001, -1, nil), (0, 5, nil),
    ] as [(Int, Int64?, Int?)])
  func limit(longest: Int, own: Int64?, limit: Int?) async throws {
    let settings: [String: JSONValue] = own.map { ["array_limit": .int($0)] } ?? [:]
    #expect(try await provider(Cluster(longestArray: longest), settings).sweepLimit() == limit)
  }

  @Test("an array that the cluster finds too long did nothing, and it is said where that is set")
  func tooLong() async throws {
    let cluster = Cluster(refusal: ProviderError(.invalidRequest, "cannot submit the job: Invalid job array specification"))
    let error = await #expect(throws: ProviderError.self) { try await self.provider(cluster).launch(sweep: [try self.launch(self.job(0))]) }
    #expect(error?.effect == ProviderError.Effect.none && error?.hints.contains { $0.contains("array_limit = ") } == true)
  }
}
