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

  private func slurm(_ command: String, _ stage: ClusterTests.Stage) async throws -> [String] {
    let done = try await stage.home.shell(command, environment: stage.environment)
    #expect(done.exitCode == 0, "\(command): \(done.stderr)")
    return done.stdout.split(separator: "\n").map(String.init)
  }

  /// Starts a run that nobody follows, and puts it back, where it stays until it is released. Its agent was heard of long ago.
  private func waiting(_ stage: ClusterTests.Stage, _ id: String) async throws -> String {
    let detached = try await stage.run("run", "job.yaml", "--provider", "slurm", "--detach")
    #expect(detached.exitCode == 0, "\(detached.stderr)")
    let mailbox = try #require(try stage.home.record(id).rental?.mailbox)
    let mail = stage.shared.path + "/mail/"
    try await eventually { try await stage.home.shell("cat \(mail + mailbox.logs)*").stdout.contains("ready") }
    let number = try job(stage, id)
    #expect(try await stage.run("resources", "list").stdout.contains("running"))
    _ = try await slurm("scontrol requeuehold \(number)", stage)
    try await eventually { try await slurm("squeue -h -t PD -o %i", stage).contains(number) }
    #expect(try await stage.home.shell("touch -d '2 hours ago' \(mail + mailbox.heartbeat)").exitCode == 0)
    return number
  }

  @Test("goes on from its newest checkpoint although nobody follows; who attaches then has the whole log, and the bill has both stretches")
  func goesOn() async throws {
    let stage = try stage()
    let number = try await waiting(stage, "rp_0001")
    // Between two starts it is nobody's to clean up, whatever its agent's last word was.
    for words in [["resources", "cleanup", "--yes"], ["resources", "cleanup", "rp_0001", "--yes"]] {
      let cleanup = try await stage.run(words)
      #expect(!words.contains("rp_0001") || cleanup.stdout.contains("is alive"), "\(cleanup.stdout)\(cleanup.stderr)")
      #expect(try await stage.live().count == 1)
    }
    _ = try await slurm("scontrol release \(number)", stage)
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
    let stretches = try await slurm("sacct -D -X -n -P -j \(number) -o ElapsedRaw", stage).compactMap { Decimal(string: $0) }
    let rows = try await stage.run("costs", "export").stdout.split(whereSeparator: \.isNewline).dropFirst()
    let amounts = rows.compactMap {
      $0.split(separator: ",", omittingEmptySubsequences: false).suffix(3).first.flatMap { Decimal(string: String($0)) }
    }
    #expect(stretches.count == 2 && amounts.reduce(0, +) == stretches.reduce(0, +) / 1_000, "\(stretches) s: \(rows)")
  }

  @Test("told to end and not put back, it is submitted again from here, as often as `retries` says in all")
  func notPutBack() async throws {
    let stage = try stage()
    let program = try stage.start("run", "job.yaml", "--provider", "slurm")
    try await eventually { (try? stage.home.log("rp_0001"))?.contains("ready") ?? false }
    let first = try job(stage)
    // As `--signal=B:TERM@120` does before a limit.
    _ = try await slurm("scancel --batch --signal=TERM \(first)", stage)
    let run = try await program.wait()
    #expect(run.exitCode == 0 && run.stdout.contains("begin 2 --resume"), "\(run.stdout)\(run.stderr)")
    let record = try stage.home.record("rp_0001")
    #expect(record.rental?.attempt == 2 && record.restarts == nil, "\(record)")
    #expect(try job(stage) != first)
    #expect(try await stage.live().isEmpty)
  }

  @Test("stopped while it waits it never runs again, and is over at once; cancelled by hand it is told so")
  func ended() async throws {
    let stage = try stage()
    _ = try await waiting(stage, "rp_0001")
    let stop = try await stage.run("stop", "rp_0001")
    #expect(stop.exitCode == 0, "\(stop.stderr)")
    let program = try stage.start("run", "job.yaml", "--provider", "slurm")
    try await eventually { (try? stage.home.log("rp_0002"))?.contains("ready") ?? false }
    _ = try await slurm("scancel \(try job(stage, "rp_0002"))", stage)
    #expect(try await program.wait().exitCode != 0)
    for id in ["rp_0001", "rp_0002"] {
      let record = try stage.home.record(id)
      #expect(record.status == .cancelled && record.reason == .stopped && record.cleanup?.state == .done, "\(record)")
      #expect(try !stage.home.log(id).contains("begin 2"))
    }
    #expect(try await stage.live().isEmpty)
  }
}
