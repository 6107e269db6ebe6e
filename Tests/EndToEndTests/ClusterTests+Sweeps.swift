import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing
import TrainingModel

/// `matrix:` on a cluster: one job array.
extension ClusterTests {
  /// How the cluster is asked.
  enum Way: String, CaseIterable {
    case programs, slurmrestd

    func stage(_ settings: String = "") async throws -> Stage {
      switch self {
      case .programs: try Stage(settings)
      case .slurmrestd: try await ClusterTests.stage(try TestEngines.clusterREST.endpoint, settings)
      }
    }
  }

  private static func label(_ text: String) throws -> String {
    try #require(text.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.map(String.init).first { $0.hasPrefix("sweep-") })
  }

  /// The arrays that runs are tasks of.
  private static func arrays(_ records: [RunRecord]) -> Set<String> {
    Set(records.compactMap { $0.rental?.resource?.rawValue }.map { String($0.prefix { $0 != "_" }) })
  }

  /// Runs that last until there is a file `go`.
  private static func waiting(_ stage: Stage, _ count: Int, parallel: Int = 1) throws {
    try stage.home.write(
      "train.yaml",
      """
      name: waits
      entrypoint: [sh, -c, 'echo begun; while [ ! -e \(stage.shared.path)/go ]; do sleep 0.1; done']
      matrix: {n: [\((1...count).map(String.init).joined(separator: ", "))]}
      max_parallel: \(parallel)
      max_duration: 20m
      """)
  }

  /// Waits until all runs are there, and at the cluster.
  private static func submitted(_ stage: Stage, _ count: Int) async throws {
    try await eventually {
      let records = try? stage.home.records()
      return records?.count == count && records?.allSatisfy { $0.rental?.resource != nil } == true
    }
  }

  /// The tasks that the cluster tells, each with its number and whose it is.
  private static func tasks(_ stage: Stage) async throws -> [(id: String, whose: String)] {
    let listed = try await stage.run("resources", "list", "--json")
    let rows = try JSON.decode(JSONValue.self, from: listed.stdoutBytes)["resources"]?.arrayValue?.compactMap { $0["row"] } ?? []
    return rows.map { row in
      let id = row["resource"]?.stringValue ?? ""
      return (id, "\(id.split(separator: "_").last ?? "") \(row["runID"]?.stringValue ?? "")")
    }.sorted { $0.whose < $1.whose }
  }

  @Test(
    "a sweep is one array: so many at once as it says and no more, each run with its own log, cost and place in the comparison",
    arguments: Way.allCases)
  func sweep(way: Way) async throws {
    let stage = try await way.stage("price_per_node_hour = \"3.60\"")
    let here = stage.shared.path + "/here"
    try stage.home.write(
      "train.yaml",
      """
      name: crowd
      entrypoint:
        - sh
        - -c
        - 'mkdir -p \(here); : > \(here)/$RUNPILOT_PARAM_N; sleep 1; ls \(here) | wc -l; echo "METRIC loss=$RUNPILOT_PARAM_N"; rm \(here)/$RUNPILOT_PARAM_N'
      matrix: {n: [1, 2, 3, 4, 5, 6]}
      max_parallel: 2
      max_duration: 5m
      """)
    let run = try await stage.run("run", "train.yaml", "--provider", "slurm")
    #expect(run.exitCode == 0, "\(run.stderr)")
    #expect(run.stdout.contains("loss") && run.stdout.contains("rp_0006"), "\(run.stdout)")
    let records = try stage.home.records()
    #expect(records.count == 6 && records.allSatisfy { $0.status == .success && $0.cleanup?.state == .done })
    #expect(records.allSatisfy { $0.cost?.hasUnknown == false && $0.cost?.quality == .observed })
    let crowds = try records.compactMap { Int(try stage.home.log($0.id.rawValue).split(separator: "\n").first ?? "") }
    #expect(crowds.count == 6 && (crowds.max() ?? 9) <= 2, "\(crowds)")
    let array = try #require(Self.arrays(records).first)
    #expect(Self.arrays(records).count == 1)
    let jobs = try await stage.slurm("squeue -h -a -r -t all -j \(array) -o '%K %T' | sort")
    #expect(jobs == (0..<6).map { "\($0) COMPLETED\n" }.joined(), "\(jobs)")
    #expect(try await stage.live().isEmpty)
    #expect(try Files.names(in: stage.shared.path + "/mail/machines").isEmpty)
  }

  @Test(
    "the command may go when all is submitted, and at once with --detach: the whole sweep goes on, and --resume follows it")
  func sweepAlone() async throws {
    let stage = try Stage()
    try Self.waiting(stage, 3)
    let program = try stage.start("run", "train.yaml", "--provider", "slurm")
    try await Self.submitted(stage, 3)
    program.kill(SIGTERM)
    let left = try await program.wait()
    #expect(left.exitCode == 128 + SIGTERM && left.stderr.contains("goes on by itself, all of it"), "\(left.stderr)")
    try Files.writeAtomically([], to: stage.shared.path + "/go")
    try await eventually { try await stage.live().isEmpty }
    let rest = try await stage.run("run", "train.yaml", "--provider", "slurm", "--resume", try Self.label(left.stderr))
    #expect(rest.exitCode == 0 && rest.stderr.contains("3 of 3 succeeded"), "\(rest.stderr)")
    #expect(try stage.home.records().count == 3)
    let detached = try await stage.run("run", "train.yaml", "--provider", "slurm", "--detach")
    #expect(detached.exitCode == 0 && detached.stdout == "rp_0004\nrp_0005\nrp_0006\n", "\(detached.stdout)\(detached.stderr)")
    let all = try await stage.run("run", "train.yaml", "--provider", "slurm", "--resume", try Self.label(detached.stderr))
    #expect(all.exitCode == 0 && all.stderr.contains("3 of 3 succeeded"), "\(all.stderr)")
  }

  @Test(
    "one run of a sweep is stopped by itself before its turn, and costs nothing; --resume starts that one as a new array",
    arguments: Way.allCases)
  func sweepStop(way: Way) async throws {
    let stage = try await way.stage("price_per_node_hour = \"3.60\"")
    try Self.waiting(stage, 3)
    let program = try stage.start("run", "train.yaml", "--provider", "slurm")
    try await Self.submitted(stage, 3)
    let tasks = try await Self.tasks(stage)
    #expect(tasks.map(\.whose) == ["0 rp_0001", "1 rp_0002", "2 rp_0003"])
    let stop = try await stage.run("stop", "rp_0003")
    #expect(stop.exitCode == 0, "\(stop.stderr)")
    try Files.writeAtomically([], to: stage.shared.path + "/go")
    let first = try await program.wait()
    #expect(first.exitCode == 3 && first.stderr.contains("2 of 3 succeeded"), "\(first.stderr)")
    let stopped = try stage.home.record("rp_0003")
    #expect(stopped.status == .cancelled && stopped.reason == .stopped && stopped.cleanup?.state == .done, "\(stopped)")
    #expect(stopped.cost?.amount.amount ?? 0 == 0)
    let rest = try await stage.run("run", "train.yaml", "--provider", "slurm", "--resume", try Self.label(first.stderr))
    #expect(rest.exitCode == 0 && rest.stderr.contains("1 of 3 runs to start"), "\(rest.stderr)")
    #expect(Self.arrays(try stage.home.records()).count == 2)
    #expect(try await stage.live().isEmpty)
  }

  @Test("a sweep that nobody follows is over right after it was stopped, and what of it runs ends by itself")
  func sweepStoppedAlone() async throws {
    let stage = try Stage("price_per_node_hour = \"3.60\"")
    try Self.waiting(stage, 3)
    let started = try await stage.run("run", "train.yaml", "--provider", "slurm", "--detach")
    #expect(started.exitCode == 0, "\(started.stderr)")
    try await eventually { try await stage.slurm("squeue -h -a -r -t running -o '%j'").contains(try Self.label(started.stderr)) }
    let stop = try await stage.run("stop", "rp_0003", "rp_0002", "rp_0001")
    #expect(
      stop.exitCode == 0 && stop.stdout == "rp_0003  cancelled\nrp_0002  cancelled\nrp_0001  stopping\n", "\(stop.stdout)\(stop.stderr)")
    for record in try stage.home.records().dropFirst() {
      #expect(record.status == .cancelled && record.reason == .stopped && record.cleanup?.state == .done, "\(record)")
      #expect(record.cost?.amount.amount ?? 0 == 0 && record.detail?.contains("runpilot stop") == true, "\(record.detail ?? "")")
    }
    let again = try await stage.run("stop", "rp_0003")
    #expect(again.stdout == "rp_0003  over already: cancelled\n", "\(again.stdout)")
    let first = try await stage.run("attach", "rp_0001")
    #expect(try stage.home.record("rp_0001").status == .cancelled, "\(first.stderr)")
    #expect(try await stage.live().isEmpty)
  }

  @Test("Ctrl-C ends what runs and takes the rest out of the queue", arguments: Way.allCases)
  func sweepInterrupted(way: Way) async throws {
    let stage = try await way.stage()
    try Self.waiting(stage, 3, parallel: 1)
    let program = try stage.start("run", "train.yaml", "--provider", "slurm")
    try await eventually { (try? stage.home.log("rp_0001"))?.contains("begun") ?? false }
    program.kill(SIGINT)
    let run = try await program.wait()
    #expect(run.exitCode == 130 && run.stderr.contains("--resume sweep-"), "\(run.stderr)")
    let records = try stage.home.records()
    #expect(records.count == 3 && records.allSatisfy { $0.status == .cancelled }, "\(records.map(\.status))")
    #expect(try await stage.live().isEmpty)
  }

  @Test("a task whose place others need goes on from its newest checkpoint as a job by itself")
  func sweepPreempted() async throws {
    let stage = try Stage()
    try stage.home.write(
      "train.sh",
      """
      if [ "$1" = --resume ]; then cat "$2"; exit 0; fi
      trap 'echo "step of $RUNPILOT_PARAM_N" > checkpoints/step-10.pt; echo saved; exit 1' TERM INT
      echo ready
      while :; do sleep 0.1 & wait; done
      """)
    try stage.home.write(
      "train.yaml",
      """
      name: yields
      entrypoint: [sh, train.sh]
      matrix: {n: [1, 2]}
      max_parallel: 2
      max_duration: 20m
      retries: 2
      checkpoint: {dir: checkpoints, resume_flag: --resume}
      provider_options: {slurm: {partition: low}}
      """)
    let program = try stage.start("run", "train.yaml", "--provider", "slurm")
    try await eventually { ["rp_0001", "rp_0002"].allSatisfy { (try? stage.home.log($0))?.contains("ready") ?? false } }
    let arrays = Self.arrays(try stage.home.records())
    _ = try await stage.slurm("sbatch --parsable -p high --exclusive -o /dev/null --wrap 'sleep 5'")
    let run = try await program.wait()
    #expect(run.exitCode == 0, "\(run.stderr)")
    for (number, record) in try stage.home.records().enumerated() {
      #expect(
        record.rental?.attempt == 2 && record.rental?.resource?.rawValue.contains("_") == false, "\(String(describing: record.rental))")
      #expect(try stage.home.log(record.id.rawValue).contains("step of \(number + 1)"))
    }
    #expect(arrays.count == 1)
    #expect(try await stage.live().isEmpty)
  }

  /// A program in the place of sbatch: submits, and then does something else, once.
  private static func misleading(_ stage: inout Stage, _ then: String) async throws {
    try stage.home.write(
      "bin/sbatch",
      """
      #!/bin/sh
      [ -e "$FAILED" ] && exec /usr/bin/sbatch "$@"
      : > "$FAILED"
      /usr/bin/sbatch "$@" > /dev/null
      \(then)
      """)
    #expect(try await stage.home.shell("chmod +x bin/sbatch").exitCode == 0)
    stage.environment["FAILED"] = stage.shared.path + "/failed"
    stage.environment["PATH"] = stage.home.project + "/bin:/usr/bin:/bin:/usr/sbin"
  }

  @Test("an answer to the submission that is lost leads to one array, and each run runs once", arguments: Way.allCases)
  func sweepLostAnswer(way: Way) async throws {
    var stage = try await way.stage()
    switch way {
    case .programs:
      try await Self.misleading(
        &stage, "echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2; exit 1")
    case .slurmrestd:
      let rest = try TestEngines.clusterREST
      stage = try await Self.stage(rest.faultyEndpoint)
      try await rest.faults.add(.dropAnswer, method: "POST", path: "/slurm/v0.0.38/job/submit")
    }
    try stage.home.write(
      "train.yaml",
      "name: once\nentrypoint: [sh, -c, 'echo ran $RUNPILOT_PARAM_N >> \(stage.shared.path)/ran']\nmatrix: {n: [1, 2, 3]}\nmax_parallel: 3\n"
    )
    let run = try await stage.run("run", "train.yaml", "--provider", "slurm")
    #expect(run.exitCode == 0, "\(run.stderr)")
    let ran = try Files.readText(stage.shared.path + "/ran").split(separator: "\n").sorted()
    #expect(ran == ["ran 1", "ran 2", "ran 3"])
    #expect(Self.arrays(try stage.home.records()).count == 1)
    #expect(try await stage.slurm("squeue -h -a -r -t all -o '%i %j' | grep -c \(try Self.label(run.stderr))") == "3\n")
  }

  @Test("killed when the array is there and nothing is written down: reconcile finds which task is whose, and cleanup leaves nothing")
  func sweepKilled() async throws {
    var stage = try Stage("price_per_node_hour = \"3.60\"\nsbatch_options = [\"--begin=now+1hour\"]")
    try await Self.misleading(&stage, "kill -9 $PPID")
    try Self.waiting(stage, 3)
    let run = try await stage.run("run", "train.yaml", "--provider", "slurm")
    #expect(run.exitCode != 0)
    #expect(try stage.home.records().allSatisfy { $0.rental?.resource == nil })
    let reconciled = try await stage.run("resources", "reconcile")
    #expect(reconciled.exitCode == 0 && reconciled.stdout.contains("whose answer was lost"), "\(reconciled.stdout)\(reconciled.stderr)")
    let tasks = try await Self.tasks(stage)
    #expect(tasks.map(\.whose) == ["0 rp_0001", "1 rp_0002", "2 rp_0003"])
    let cleaned = try await stage.run(["resources", "cleanup", "--force", "--yes"] + tasks.map(\.id))
    #expect([0, 3].contains(cleaned.exitCode), "\(cleaned.stdout)\(cleaned.stderr)")
    #expect(try await stage.live().isEmpty)
    try await eventually {
      let listed = try await stage.run("resources", "list", "--json")
      return try JSON.decode(JSONValue.self, from: listed.stdoutBytes)["resources"]?.arrayValue?.isEmpty == true
    }
  }
}
