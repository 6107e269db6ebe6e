import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing
import TrainingModel

/// The built programs on a real Slurm cluster.
@Suite("A run on a cluster", .serialized)
struct ClusterTests {
  /// A home with a project, and a mailbox that the cluster's nodes see.
  struct Stage {
    let home: TestHome
    let shared: TemporaryFolder
    var environment: [String: String]

    init(_ settings: String = "") throws {
      home = try TestHome()
      shared = try TemporaryFolder()
      let cluster = try TestEngines.cluster
      environment = ["SLURM_CONF": cluster.configuration, "RUNPILOT_FAR_AGENT": try BuiltProducts.staticAgent()]
      try home.write("user.toml", "[providers.slurm]\nmodule = \"slurm\"\nmailbox = \"file://\(shared.path)/mail\"\n\(settings)\n")
    }

    func run(_ words: String...) async throws -> Program.Result {
      try await home.runpilot(["--providers-file", home.project + "/user.toml"] + words, environment: environment)
    }

    func run(_ words: [String]) async throws -> Program.Result {
      try await home.runpilot(["--providers-file", home.project + "/user.toml"] + words, environment: environment)
    }

    func start(_ words: String...) throws -> Program {
      let all = ["--providers-file", home.project + "/user.toml"] + words
      return try home.start(all, environment: environment)
    }

    /// Jobs of this home that wait or run.
    func live() async throws -> [String] {
      let installation = try Files.readText(home.path + "/installation").trimmed()
      return try await slurm("squeue -h -a -o '%A %k'").split(separator: "\n").filter { $0.contains(installation) }.map(String.init)
    }

    /// What programs of Slurm's print, whether or not RunPilot finds them.
    func slurm(_ words: String) async throws -> String {
      let cluster = ["SLURM_CONF": try TestEngines.cluster.configuration]
      return try await home.shell(words, environment: environment.merging(cluster) { $1 }).stdout
    }
  }

  @Test("the model of the examples is trained there: log, metrics, outputs and cost come home, nothing is left in queue or folder")
  func digits() async throws {
    let stage = try Stage("price_per_node_hour = \"3.60\"")
    let examples = Paths.resolve("../../../docs/examples/digits", from: Paths.parent(of: #filePath) + "/x")
    #expect(try await stage.home.shell("cp \(examples)/train.* \(examples)/digits.csv.gz .").exitCode == 0)
    let run = try await stage.run("run", "train.yaml", "--provider", "slurm")
    #expect(run.exitCode == 0, "\(run.stderr)")
    #expect(run.stdout.contains("test accuracy 9"))
    let record = try stage.home.record("rp_0001")
    #expect(record.status == .success && record.cleanup?.state == .done, "\(record.cleanup?.detail ?? "")")
    #expect(try stage.home.log("rp_0001") == run.stdout, "every byte, once")
    #expect(Files.exists(stage.home.folder("rp_0001").outputs + "/model.json"))
    #expect(record.cost?.hasUnknown == false && record.cost?.quality == .observed, "\(String(describing: record.cost))")
    #expect(try await stage.live().isEmpty)
    #expect(try Files.names(in: stage.shared.path + "/mail/machines").isEmpty, "the job's folder is taken away when all is home")
  }

  @Test("a run that waits for its turn says for what; stopped there it never runs, costs nothing, and is out of the queue")
  func stoppedInQueue() async throws {
    let stage = try Stage("price_per_node_hour = \"3.60\"\nsbatch_options = [\"--begin=now+1hour\"]")
    try stage.home.write("job.yaml", "name: waits\nentrypoint: [touch, ran]\nmax_duration: 20m\n")
    let program = try stage.start("run", "job.yaml", "--provider", "slurm", "--json")
    try await eventually { (try? stage.home.record("rp_0001"))?.rental?.resource != nil }
    let stop = try await stage.run("stop", "rp_0001")
    #expect(stop.exitCode == 0, "\(stop.stderr)")
    _ = try await program.wait()
    let record = try stage.home.record("rp_0001")
    #expect(record.status == .cancelled && record.reason == .stopped && record.cleanup?.state == .done, "\(record)")
    #expect(record.cost?.amount.amount ?? 0 == 0)
    #expect(try await stage.live().isEmpty)
  }

  @Test("a job that somebody cancels by hand is told so; one whose agent dies ends as Slurm says, and not as a riddle")
  func endedByOthers() async throws {
    let stage = try Stage()
    try stage.home.write("job.yaml", "name: slow\nentrypoint: [sh, -c, 'echo ready; exec sleep 600']\nmax_duration: 20m\n")
    let ends = [
      ("scancel JOB", RunStatus.cancelled, "Slurm says CANCELLED"), ("pkill -KILL -f 'agent-.* --far .*INTENT'", .failed, "signal 9"),
    ]
    for (index, (command, status, words)) in ends.enumerated() {
      let program = try stage.start("run", "job.yaml", "--provider", "slurm")
      let id = "rp_000\(index + 1)"
      try await eventually { (try? stage.home.log(id))?.contains("ready") ?? false }
      let rental = try #require(try stage.home.record(id).rental)
      let line = command.replacing("JOB", with: rental.resource?.rawValue ?? "").replacing("INTENT", with: rental.intent.rawValue)
      _ = try await stage.home.shell(line, environment: stage.environment)
      #expect(try await program.wait().exitCode != 0)
      let record = try stage.home.record(id)
      #expect(record.status == status && record.detail?.contains(words) == true, "\(record.status) \(record.detail ?? "")")
    }
    #expect(try await stage.live().isEmpty)
  }

  @Test(
    "a run whose place others need goes on from its newest checkpoint when its turn comes again: where jobs are cancelled, and where they wait"
  )
  func preempted() async throws {
    let stage = try Stage()
    try stage.home.write(
      "train.sh",
      """
      echo "begin $RUNPILOT_ATTEMPT $*"
      if [ "$1" = --resume ]; then cat "$2"; exit 0; fi
      trap 'trap "" TERM INT; echo "step 10" > checkpoints/step-10.pt; echo saved; exit 1' TERM INT
      echo ready
      while :; do sleep 0.1 & wait; done
      """)
    var programs: [(partition: String, Program)] = []
    for (index, partition) in ["low", "again"].enumerated() {
      try stage.home.write(
        "\(partition).yaml",
        """
        name: yields
        entrypoint: [sh, train.sh]
        max_duration: 20m
        retries: 2
        checkpoint: {dir: checkpoints, resume_flag: --resume}
        provider_options: {slurm: {partition: \(partition)}}
        """)
      programs.append((partition, try stage.start("run", "\(partition).yaml", "--provider", "slurm")))
      try await eventually { (try? stage.home.log("rp_000\(index + 1)"))?.contains("ready") ?? false }
    }
    let urgent = try await stage.home.shell(
      "sbatch --parsable -p high --exclusive -o /dev/null --wrap 'sleep 5'", environment: stage.environment)
    #expect(urgent.exitCode == 0, "\(urgent.stderr)")
    for (index, (partition, program)) in programs.enumerated() {
      let run = try await program.wait()
      #expect(run.exitCode == 0, "\(partition): \(run.stderr)")
      #expect(run.stdout.contains("begin 2 --resume") && run.stdout.contains("step 10"), "\(partition): \(run.stdout)")
      let record = try stage.home.record("rp_000\(index + 1)")
      // Submitted again from here, or the same job.
      #expect(record.rental?.attempt == 2 - index && record.restarts == (index == 0 ? nil : 1), "\(partition): \(record)")
      #expect(record.warnings.contains { $0.contains("goes on from step-10") }, "\(partition): \(record.warnings)")
    }
    #expect(try await stage.live().isEmpty)
  }

  @Test("what the cluster does not have is refused before anything is submitted, with what it has")
  func refusals() async throws {
    let stage = try Stage()
    try stage.home.write("job.yaml", "name: x\nentrypoint: ['true']\nprovider_options: {slurm: {partition: nope}}\n")
    let unknown = try await stage.run("run", "job.yaml", "--provider", "slurm")
    #expect(unknown.exitCode != 0 && unknown.stderr.contains("no partition 'nope'; it has main, short, closed"), "\(unknown.stderr)")
    try stage.home.write("gpus.yaml", "name: x\nentrypoint: ['true']\nresources: {gpus: 16}\n")
    let many = try await stage.run("run", "gpus.yaml", "--provider", "slurm")
    #expect(many.exitCode != 0 && many.stderr.contains("2 GPUs (h100)"), "\(many.stderr)")
    try stage.home.write("long.yaml", "name: x\nentrypoint: ['true']\nmax_duration: 2h\nprovider_options: {slurm: {partition: short}}\n")
    let long = try await stage.run("run", "long.yaml", "--provider", "slurm")
    #expect(long.exitCode != 0 && long.stderr.contains("10m"), "\(long.stderr)")
    var nowhere = stage
    nowhere.environment["PATH"] = "/bin"
    let none = try await nowhere.home.runpilot(
      ["--providers-file", stage.home.project + "/user.toml", "providers", "check", "slurm"],
      environment: nowhere.environment.merging(["PATH": stage.home.path]) { $1 })
    #expect(none.exitCode != 0 && none.stdout.contains("host = "), "\(none.stdout)\(none.stderr)")
    #expect(try await stage.live().isEmpty)
  }

  @Test("an answer of sbatch that is lost leads to one job, and to one run of it")
  func lostAnswer() async throws {
    var stage = try Stage()
    // Submits, and forgets to say so, once.
    try stage.home.write(
      "bin/sbatch",
      """
      #!/bin/sh
      [ -e "$FAILED" ] && exec /usr/bin/sbatch "$@"
      : > "$FAILED"
      /usr/bin/sbatch "$@" > /dev/null
      echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2
      exit 1
      """)
    #expect(try await stage.home.shell("chmod +x bin/sbatch").exitCode == 0)
    stage.environment["FAILED"] = stage.shared.path + "/failed"
    stage.environment["PATH"] = stage.home.project + "/bin:/usr/bin:/bin:/usr/sbin"
    try stage.home.write("job.yaml", "name: once\nentrypoint: [sh, -c, 'echo ran >> \"$OUT\"']\nenv: {OUT: \(stage.shared.path)/ran}\n")
    let run = try await stage.run("run", "job.yaml", "--provider", "slurm")
    #expect(run.exitCode == 0, "\(run.stderr)")
    #expect(try Files.readText(stage.shared.path + "/ran") == "ran\n")
    let name = try #require(try stage.home.record("rp_0001").rental?.intent)
    let jobs = try await stage.home.shell("squeue -h -a -t all -o '%A %j' | grep -c \(name)", environment: stage.environment)
    #expect(jobs.stdout == "1\n")
  }

  @Test("from a machine that is none of the cluster's everything goes over ssh, the agent too")
  func overSSH() async throws {
    let cluster = try TestEngines.cluster
    var stage = try Stage("host = \"login\"\nssh_options = [\"-F\", \"\(cluster.sshConfiguration)\"]")
    stage.environment["SLURM_CONF"] = nil
    try stage.home.write(
      "job.yaml",
      "name: far\nentrypoint: [sh, -c, 'echo on $SLURM_JOB_PARTITION; echo result > out.txt; exit 5']\noutputs: [out.txt]\n")
    let run = try await stage.run("run", "job.yaml", "--provider", "slurm")
    #expect(run.exitCode == 5, "\(run.stderr)")
    #expect(run.stdout == "on main\n")
    #expect(try Files.readText(stage.home.folder("rp_0001").outputs + "/out.txt") == "result\n")
    try stage.home.write("user.toml", try Files.readText(stage.home.project + "/user.toml").replacing("\"login\"", with: "\"nowhere\""))
    let nowhere = try await stage.run("run", "job.yaml", "--provider", "slurm")
    #expect(nowhere.exitCode != 0 && nowhere.stderr.contains("nowhere does not answer over ssh"), "\(nowhere.stderr)")
  }

  @Test("two nodes train one model together: both have the same in the end, and the first one's metrics and outputs come home")
  func twoNodes() async throws {
    let stage = try Stage("price_per_node_hour = \"3.60\"")
    let examples = Paths.resolve("../../../docs/examples/cluster", from: Paths.parent(of: #filePath) + "/x")
    #expect(try await stage.home.shell("cp \(examples)/train.* .").exitCode == 0)
    let run = try await stage.run("run", "train.yaml", "--provider", "slurm")
    #expect(run.exitCode == 0, "\(run.stderr)")
    let words = (0..<2).compactMap { rank in
      run.stdout.split(separator: "\n").first { $0.hasPrefix("node \(rank) of 2: ") }.map { $0.dropFirst("node 0 of 2: ".count) }
    }
    #expect(words.count == 2 && words.first == words.last, "\(run.stdout)")
    #expect(Files.exists(stage.home.folder("rp_0001").outputs + "/model.json"))
    let record = try stage.home.record("rp_0001")
    #expect(record.rental?.hourly == Money(Decimal(string: "7.2") ?? 0), "\(String(describing: record.rental?.hourly))")
    try stage.home.write(
      "fails.yaml",
      "name: fails\nentrypoint: [sh, -c, 'if [ $RUNPILOT_NODE_RANK = 1 ]; then exit 3; fi; sleep 600']\nnodes: 2\nmax_duration: 20m\n")
    let fails = try await stage.run("run", "fails.yaml", "--provider", "slurm")
    #expect(fails.exitCode == 3, "one node that fails ends all: \(fails.exitCode) \(fails.stderr)")
    try stage.home.write("three.yaml", "name: many\nentrypoint: ['true']\nnodes: 3\n")
    let many = try await stage.run("run", "three.yaml", "--provider", "slurm")
    #expect(many.exitCode != 0 && many.stderr.contains("main has 2 nodes"), "\(many.stderr)")
    #expect(try await stage.live().isEmpty)
  }

  @Test(
    "of several providers the next one is tried when the first has no room, the cheapest first where that is wanted; the record says why")
  func severalProviders() async throws {
    let stage = try Stage()
    let mailbox = "mailbox = \"file://\(stage.shared.path)/mail\""
    try stage.home.write(
      "user.toml",
      """
      [providers.full]
      module = "slurm"
      partition = "closed"
      price_per_node_hour = "0.50"
      \(mailbox)
      [providers.dear]
      module = "slurm"
      price_per_node_hour = "9.00"
      \(mailbox)
      [providers.cheap]
      module = "slurm"
      price_per_node_hour = "1.00"
      partition = "short"
      \(mailbox)
      """)
    try stage.home.write(
      "job.yaml", "name: x\nentrypoint: [sh, -c, 'echo in $SLURM_JOB_PARTITION']\nproviders: [full, dear]\nmax_duration: 5m\n")
    let turn = try await stage.run("run", "job.yaml")
    #expect(turn.exitCode == 0 && turn.stdout == "in main\n", "\(turn.stderr)")
    let record = try stage.home.record("rp_0001")
    #expect(record.provider == "dear" && record.fellBackFrom == "full")
    #expect(record.warnings.contains { $0.contains("full did not take it: ") && $0.contains("closed is not up") }, "\(record.warnings)")
    let cheapest = try await stage.run("run", "job.yaml", "--provider", "dear,full,cheap", "--cheapest")
    #expect(cheapest.exitCode == 0 && cheapest.stdout == "in short\n", "\(cheapest.stderr)")
    #expect(try stage.home.record("rp_0002").provider == "cheap")
    let again = try await stage.run("rerun", "rp_0002")
    #expect(again.exitCode == 0 && again.stdout == "in short\n", "\(again.stderr)")
    let offers = try await stage.run("offers")
    #expect(offers.exitCode == 0 && offers.stdout.contains("cheap"), "\(offers.stdout)\(offers.stderr)")
    #expect(offers.stderr.contains("note: full: "), "that it has none is an answer: \(offers.stderr)")
  }

  @Test("the exit code is the job's own, and a secret reaches the job and nothing else")
  func codeAndSecret() async throws {
    var stage = try Stage()
    stage.environment["TOKEN"] = "hunter2-and-more"
    try stage.home.write(
      "job.yaml",
      "name: secret\nentrypoint: [sh, -c, 'test -n \"$TOKEN\" && echo it is $TOKEN; exit 7']\nsecrets: [TOKEN]\nmax_duration: 20m\n")
    let run = try await stage.run("run", "job.yaml", "--provider", "slurm")
    #expect(run.exitCode == 7, "\(run.stderr)")
    #expect(run.stdout == "it is ***\n")
    #expect(try stage.home.files(containingAny: ["hunter2-and-more"]).isEmpty)
    #expect(try await stage.home.shell("grep -rl hunter2 \(stage.shared.path)").stdout.isEmpty)
    #expect(try await stage.home.shell("scontrol show job", environment: stage.environment).stdout.contains("hunter2") == false)
  }
}
