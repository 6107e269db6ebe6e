import Basics
import FoundationEssentials
import RunPilotTesting
import Testing
import TrainingModel

/// Slurm's own requeue, on a real cluster: nobody's home is needed for a job to go on.
@Suite("A run that its cluster puts back into the queue")
struct RequeueTests {
  private static let script = """
    echo "begin ${RUNPILOT_ATTEMPT:-1} $*"
    if [ "$1" = --resume ]; then cat "$2"; exit 0; fi
    trap 'trap "" TERM INT; echo "step 10" > checkpoints/step-10.pt; echo saved; exit 1' TERM INT
    echo ready
    while :; do sleep 0.1 & wait; done
    """

  /// On the node on which nobody is pushed aside: other tests do that on the other one at the same time.
  private func stage() throws -> ClusterTests.Stage {
    let stage = try ClusterTests.Stage("price_per_node_hour = \"3.60\"\nsbatch_options = [\"--nodelist=n2\"]")
    try stage.home.write("train.sh", Self.script)
    try stage.home.write(
      "job.yaml",
      """
      name: yields
      entrypoint: [sh, train.sh]
      max_duration: 20m
      retries: 2
      checkpoint: {dir: checkpoints, resume_flag: --resume}
      """)
    return stage
  }

  private func job(_ stage: ClusterTests.Stage, _ id: String = "rp_0001") throws -> String {
    try #require(try stage.home.record(id).rental?.resource?.rawValue)
  }

  /// What an administrator does, and Slurm itself when a node has failed.
  private func requeue(_ stage: ClusterTests.Stage, _ number: String) async throws {
    let done = try await stage.home.shell("scontrol requeue \(number)", environment: stage.environment)
    #expect(done.exitCode == 0, "\(done.stderr)")
    try await eventually {
      try await stage.home.shell("squeue -h -t PD -o %i", environment: stage.environment).stdout.split(separator: "\n").contains(
        number[...])
    }
  }

  @Test("goes on from its newest checkpoint although nobody follows; who attaches then has the whole log, and the bill has both stretches")
  func goesOn() async throws {
    let stage = try stage()
    let detached = try await stage.run("run", "job.yaml", "--provider", "slurm", "--detach")
    #expect(detached.exitCode == 0, "\(detached.stderr)")
    let mailbox = try #require(try stage.home.record("rp_0001").rental?.mailbox)
    let log = stage.shared.path + "/mail/" + mailbox.logs
    try await eventually(within: .seconds(60)) { try await stage.home.shell("cat \(log)*").stdout.contains("ready") }
    let number = try job(stage)
    try await requeue(stage, number)
    // Between two starts it is nobody's to clean up, whatever its agent's last word was.
    let heartbeat = stage.shared.path + "/mail/" + mailbox.heartbeat
    #expect(try await stage.home.shell("touch -d '2 hours ago' \(heartbeat)").exitCode == 0)
    for words in [["resources", "cleanup", "--yes"], ["resources", "cleanup", "rp_0001", "--yes"]] {
      let cleanup = try await stage.run(words)
      #expect(!words.contains("rp_0001") || cleanup.stdout.contains("is alive"), "\(cleanup.stdout)\(cleanup.stderr)")
      #expect(try await stage.live().count == 1)
    }
    let attached = try await stage.run("attach", "rp_0001")
    #expect(attached.exitCode == 0, "\(attached.stderr)")
    #expect(attached.stdout == "begin 1 \nready\nsaved\nbegin 2 --resume checkpoints/step-10.pt\nstep 10\n", "\(attached.stdout)")
    let record = try stage.home.record("rp_0001")
    #expect(record.status == .success && record.restarts == 1 && record.rental?.attempt == 1, "\(record)")
    #expect(try job(stage) == number, "the same job")
    #expect(record.warnings.contains { $0.contains("goes on from step-10.pt") }, "\(record.warnings)")
    #expect(record.cost?.hasUnknown == false && record.cleanup?.state == .done, "\(String(describing: record.cost))")
    #expect(try await stage.live().isEmpty)
    #expect(try Files.names(in: stage.shared.path + "/mail/machines").isEmpty, "the job's folder is taken away when all is home")
    let audit = try await stage.run("resources", "audit").stdout
    #expect(audit.contains("found machine \(number) of rp_0001 stopped"), "\(audit)")
    try await expectBilled(stage, number)
  }

  /// Whatever was seen of it from here: the accounts have every stretch, at a tenth of a cent a second.
  private func expectBilled(_ stage: ClusterTests.Stage, _ number: String) async throws {
    try await eventually {
      _ = try? await stage.run("resources", "list", "--all")
      return (try? await stage.run("costs", "export"))?.stdout.contains(",billed") ?? false
    }
    let stretches = try await stage.home.shell("sacct -D -X -n -P -j \(number) -o ElapsedRaw", environment: stage.environment).stdout
      .split(separator: "\n").compactMap { Decimal(string: String($0)) }
    let rows = try await stage.run("costs", "export").stdout.split(whereSeparator: \.isNewline).dropFirst()
    let amounts = rows.compactMap {
      $0.split(separator: ",", omittingEmptySubsequences: false).suffix(3).first.flatMap { Decimal(string: String($0)) }
    }
    #expect(stretches.count == 2 && amounts.reduce(0, +) == stretches.reduce(0, +) / 1_000, "\(stretches) s: \(rows)")
  }

  @Test("stopped while it waits it never runs again; cancelled by hand it is told so")
  func ended() async throws {
    let stage = try stage()
    for (id, end) in [("rp_0001", "stop"), ("rp_0002", "scancel")] {
      let program = try stage.start("run", "job.yaml", "--provider", "slurm")
      try await eventually(within: .seconds(60)) { (try? stage.home.log(id))?.contains("ready") ?? false }
      let number = try job(stage, id)
      if end == "stop" {
        try await requeue(stage, number)
        let stop = try await stage.run("stop", id)
        #expect(stop.exitCode == 0, "\(stop.stderr)")
      } else {
        #expect(try await stage.home.shell("scancel \(number)", environment: stage.environment).exitCode == 0)
      }
      let run = try await program.wait()
      let record = try stage.home.record(id)
      #expect(run.exitCode != 0 && record.status == .cancelled && record.reason == .stopped, "\(end): \(record)")
      #expect(try !stage.home.log(id).contains("begin 2"))
    }
    #expect(try await stage.live().isEmpty)
  }
}
