import Basics
import FoundationEssentials
import ProviderKit
import Testing
import TrainingModel

@testable import SlurmProvider

@Suite("What Slurm's programs print")
struct ClusterTextTests {
  @Test(
    "times",
    arguments: [
      ("infinite", nil), ("UNLIMITED", nil), ("30", 1_800), ("1:30", 90), ("1:30:00", 5_400), ("2-12", 216_000), ("1-00:00:00", 86_400),
      ("00:10:00", 600), ("", nil),
    ] as [(String, Int64?)])
  func times(text: String, seconds: Int64?) { #expect(SlurmTime.seconds(text) == seconds) }

  @Test("minutes are rounded up", arguments: [(60, "1"), (61, "2"), (3_600, "60")] as [(Int64, String)])
  func minutes(seconds: Int64, text: String) { #expect(SlurmTime.minutes(seconds) == text) }

  @Test(
    "generic resources",
    arguments: [
      ("gpu:2", [NodeGroup.GPUs(type: nil, count: 2)]), ("gpu:h100:8(S:0-1)", [NodeGroup.GPUs(type: "h100", count: 8)]),
      ("lustre:1,gpu:a100:4(S:0,2),gpu:t4:1", [NodeGroup.GPUs(type: "a100", count: 4), NodeGroup.GPUs(type: "t4", count: 1)]),
      ("(null)", []), ("", []), ("gpu", []),
    ])
  func generic(text: String, gpus: [NodeGroup.GPUs]) { #expect(NodeGroup.gpus(text) == gpus) }

  @Test("a line of sinfo")
  func partition() throws {
    let group = try #require(NodeGroup("gpu*|up|2-00:00:00|96+|1031000+|4|gpu:h100:8(S:0-1)|mixed"))
    #expect(group.partition == "gpu" && group.isDefault && group.isUp && group.longestSeconds == 172_800)
    #expect(group.cpus == 96 && group.mebibytes == 1_031_000 && group.nodes == 4)
    #expect(group.has(cpus: 96, mebibytes: 1_000, gpus: 8, type: "H100") && !group.has(cpus: 97, mebibytes: 0, gpus: 0, type: nil))
    #expect(!group.has(cpus: 0, mebibytes: 0, gpus: 1, type: "A100"))
    #expect(NodeGroup("slurm_load_partitions: Unable to contact slurm controller") == nil)
  }

  @Test("tags survive a comment, whatever is in them")
  func tags() {
    let all = [
      ["a": "b"], ["runpilot:owner": "me@test", "x": "a;b=c|d\u{1F}e\n'\"%41 é"], [:], ["empty": ""], ["%": "%%25"],
    ]
    for tags in all {
      let text = JobTags.text(tags)
      #expect(text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x7C && $0 != 0x27 && $0 != 0x22 })
      #expect(JobTags.read(text) == tags)
    }
    #expect(JobTags.read("my own note").isEmpty)
    #expect(JobTags.read("a=%zz").isEmpty)
  }

  @Test("a line of squeue: what waits has no start, what is over has an end, free text may hold anything")
  func queue() throws {
    func line(_ state: String, _ name: String, _ comment: String) -> String {
      ["12", state, "Resources", "main", "2", "1700000000", "1700000100", "me", name, comment].joined(separator: "\u{1F}")
    }
    let waiting = try #require(ClusterJob(queued: line("PENDING", "runpilot-rp_0001.tok", "runpilot:run=u1;CreatedBy=runpilot")))
    #expect(waiting.startedAt == nil && waiting.why == "Resources" && waiting.token == "tok" && waiting.nodes == 2)
    let resource = waiting.resource(provider: "slurm", cluster: "c")
    #expect(resource.state == .starting && resource.runUID == "u1" && resource.intent == IntentID("tok"))
    let over = try #require(ClusterJob(queued: line("CANCELLED", "a|b 'c'", "x | y")))
    #expect(over.startedAt == Date(timeIntervalSince1970: 1_700_000_000) && over.endedAt == Date(timeIntervalSince1970: 1_700_000_100))
    #expect(over.token == nil && over.tags.isEmpty)
    #expect(ClusterJob(queued: "slurm_load_jobs error: Invalid job id specified") == nil)
  }

  @Test(
    "states",
    arguments: [
      ("PENDING", .starting), ("CONFIGURING", .starting), ("RUNNING", .running), ("SUSPENDED", .running), ("COMPLETING", .stopping),
      ("COMPLETED", .gone), ("CANCELLED by 1000", .gone), ("NODE_FAIL", .gone), ("OUT_OF_MEMORY", .gone), ("CANCELLED+", .gone),
      ("POWER_UP_NODE", .starting), ("A_WORD_OF_LATER", .running),
    ] as [(String, ResourceState)])
  func states(text: String, state: ResourceState) { #expect(JobState.resourceState(text) == state) }

  @Test("how a job ended, in words that help")
  func ends() {
    #expect(SlurmProvider.end(state: "TIMEOUT", code: "0:1", why: "TimeLimit").reason == .maxDuration)
    #expect(SlurmProvider.end(state: "NODE_FAIL", code: "1:0", why: "None").reason == .interrupted)
    #expect(SlurmProvider.end(state: "FAILED", code: "73:0", why: "NonZeroExitCode").words.contains("every node sees"))
    #expect(SlurmProvider.end(state: "COMPLETED", code: "0:0", why: "None").words == "Slurm says COMPLETED")
  }

  @Test(
    "what sbatch refuses did nothing; what timed out may have",
    arguments: [
      (
        "sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job submission failed: Invalid partition name specified",
        ProviderError.Code.notFound, ProviderError.Effect.none
      ),
      ("sbatch: error: Batch job submission failed: Requested node configuration is not available", .noCapacity, .none),
      ("sbatch: error: Batch job submission failed: Invalid account or account/partition combination specified", .forbidden, .none),
      ("sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, …)", .quotaExceeded, .none),
      ("sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)", .unreachable, .none),
      ("sbatch: error: Batch job submission failed: Socket timed out on send/recv operation", .unreachable, .unknown),
      ("sbatch: error: Batch job submission failed: Unable to contact slurm controller (receive failure)", .unreachable, .unknown),
      ("sbatch: error: Batch job submission failed: Unable to contact slurm controller (send failure)", .unreachable, .unknown),
      (
        "sbatch: note: no time limit was asked for, 1 hour it is\nsbatch: error: Batch job submission failed: Socket timed out on send/recv operation",
        .unreachable, .unknown
      ),
      ("sbatch: error: Batch job submission failed: Job dependency problem", .invalidRequest, .none),
      ("sbatch: error: something that nobody has seen", .vendorFault, .unknown),
    ])
  func faults(text: String, code: ProviderError.Code, effect: ProviderError.Effect) {
    let error = SlurmFault.error(ShellOutcome(code: 1, output: "", errors: text), doing: "submit the job", changes: true)
    #expect(error.code == code && error.effect == effect, "\(error)")
  }

  @Test("options that would break what finds a job again are refused")
  func options() {
    for option in ["--job-name=x", "--job-name", "-Jx", "-J", "-a0-5", "--arr=0-5", "--depend=afterok:1"] {
      #expect(throws: ProviderError.self, "\(option)") { try SlurmSettings(["sbatch_options": .array([.string(option)])]) }
    }
    for option in ["--time-min=5", "--ntasks-per-core=1", "-Cfast", "--", "n1"] {
      #expect(throws: Never.self, "\(option)") { try SlurmSettings(["sbatch_options": .array([.string(option)])]) }
    }
    #expect(throws: ProviderError.self) { try SlurmSettings(["price_per_node_hour": .string("1,20")]) }
    #expect(throws: Never.self) { try SlurmSettings(["sbatch_options": .array([.string("--exclusive")])]) }
  }

  @Test("words for a shell far away come out as they went in", arguments: ["plain", "", "a b", "it's", "$(x)`y`", "a\nb", "--x=y;z"])
  func quoting(word: String) async throws {
    let outcome = try await LocalShell(environment: ["PATH": "/usr/bin:/bin"]).run(
      ["sh", "-c", "printf %s " + ShellWord.quoted(word) + "; printf ."])
    #expect(outcome.output == word + ".")
  }

  @Test("numbers that are none of this world are none, and what is counted from them is a number all the same")
  func hostile() throws {
    let most = Int64.max
    #expect(SlurmTime.seconds("\(most)") == nil && SlurmTime.seconds("\(most)-00:00:00") == nil && SlurmTime.seconds("1-\(most)") == nil)
    let group = try #require(NodeGroup("main*|up|infinite|\(most)|\(most)|\(most)|(null)|idle"[...]))
    #expect(group.cpus * 10_000 > 0 && (group.mebibytes * 10_000) << 20 > 0 && group.nodes + group.nodes > 0)
    let job = ["1", "COMPLETED", "None", "main", "1", "\(most)", "\(most)", "me", "x", ""].joined(separator: "\u{1F}")
    #expect(ClusterJob(queued: job)?.startedAt == nil && ClusterJob(queued: job)?.endedAt == nil)
  }
}
