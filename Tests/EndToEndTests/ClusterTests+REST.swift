import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing
import TrainingModel

/// The built programs with nothing of Slurm's on this machine but slurmrestd.
extension ClusterTests {
  /// A stage whose provider has an endpoint, and where no program of Slurm's finds the cluster.
  static func stage(_ endpoint: String, _ settings: String = "", token: String? = nil) async throws -> Stage {
    var stage = try Stage("endpoint = \"\(endpoint)\"\n\(settings)")
    stage.environment["SLURM_JWT"] = if let token { token } else { try await Self.token() }
    stage.environment["SLURM_CONF"] = "/nowhere"
    return stage
  }

  private static func token(seconds: Int = 600) async throws -> String {
    let home = try TestHome()
    let made = try await home.shell(
      "scontrol token username=root lifespan=\(seconds)", environment: ["SLURM_CONF": try TestEngines.cluster.configuration])
    return made.stdout.trimmed().replacing("SLURM_JWT=", with: "")
  }

  @Test("by slurmrestd: a job gets what it asks for, its log, outputs and exit code come home, and the token is nowhere")
  func restLife() async throws {
    let stage = try await Self.stage(try TestEngines.clusterREST.endpoint, "price_per_node_hour = \"3.60\"")
    try stage.home.write(
      "job.yaml",
      """
      name: rest
      entrypoint: [sh, -c, 'echo "$SLURM_JOB_PARTITION, GPUs $CUDA_VISIBLE_DEVICES"; env > env.txt; echo made > out.txt; exit 5']
      outputs: [out.txt, env.txt]
      resources: {gpus: 2, gpu_type: H100, cpu: 2, memory: 300MiB}
      max_duration: 5m
      provider_options: {slurm: {partition: short}}
      """)
    let run = try await stage.run("run", "job.yaml", "--provider", "slurm")
    #expect(run.exitCode == 5 && run.stdout == "short, GPUs 0,1\n", "\(run.stdout)\(run.stderr)")
    let record = try stage.home.record("rp_0001")
    let job = try await stage.slurm("scontrol show job \(record.rental?.resource?.rawValue ?? "")")
    for fact in ["Requeue=0", "TimeLimit=00:10:00", "MinMemoryNode=300M", "CPUs/Task=2", "TresPerNode=gres:gpu:h100:2"] {
      #expect(job.contains(fact), "\(fact): \(job)")
    }
    #expect(record.cost?.hasUnknown == false && record.cleanup?.state == .done, "\(String(describing: record.cost))")
    let outputs = stage.home.folder("rp_0001").outputs
    #expect(try Files.readText(outputs + "/out.txt") == "made\n")
    #expect(try Files.readText(outputs + "/env.txt").contains("\nHOME=/"), "the environment of a login of the user's")
    let token = try #require(stage.environment["SLURM_JWT"])
    #expect(try stage.home.files(containingAny: [token]).isEmpty)
    #expect(try await stage.home.shell("grep -rl -e \(token) \(stage.shared.path)").stdout.isEmpty)
    let check = try await stage.run("providers", "check", "slurm")
    #expect(
      check.exitCode == 0 && check.stdout.contains("testcluster, Slurm 22.05") && check.stdout.contains("by slurmrestd"), "\(check.stdout)")
    #expect(check.stdout.contains("warn  token       SLURM_JWT ends at "), "a token for minutes: \(check.stdout)")
    #expect(try await stage.run("offers").stdout.contains("short"))
  }

  @Test("by slurmrestd's socket, with tokens that a program makes: a run that is stopped is out of the queue")
  func restStop() async throws {
    let command = "[\"scontrol\", \"token\", \"username=root\", \"lifespan=60\"]"
    var stage = try Stage("endpoint = \"\(try TestEngines.clusterREST.socket)\"\ntoken_command = \(command)")
    stage.environment["SLURM_JWT"] = nil
    try stage.home.write("job.yaml", "name: slow\nentrypoint: [sh, -c, 'echo ready; exec sleep 600']\nmax_duration: 20m\n")
    let program = try stage.start("run", "job.yaml", "--provider", "slurm")
    try await eventually { (try? stage.home.log("rp_0001"))?.contains("ready") ?? false }
    #expect(try await stage.live().count == 1)
    let stop = try await stage.run("stop", "rp_0001")
    #expect(stop.exitCode == 0, "\(stop.stderr)")
    _ = try await program.wait()
    let record = try stage.home.record("rp_0001")
    #expect(record.status == .cancelled && record.reason == .stopped && record.cleanup?.state == .done, "\(record)")
    #expect(try await stage.live().isEmpty)
  }

  @Test("an answer of slurmrestd that is lost leads to one job, and to one run of it")
  func restLostAnswer() async throws {
    let rest = try TestEngines.clusterREST
    let stage = try await Self.stage(rest.faultyEndpoint)
    let rule = try await rest.faults.add(.dropAnswer, method: "POST", path: "/slurm/v0.0.38/job/submit")
    try stage.home.write(
      "job.yaml", "name: once\nentrypoint: [sh, -c, 'echo ran >> \"$OUT\"']\nenv: {OUT: \(stage.shared.path)/ran}\nmax_duration: 5m\n")
    let run = try await stage.run("run", "job.yaml", "--provider", "slurm")
    #expect(run.exitCode == 0, "\(run.stderr)")
    #expect(try await rest.faults.hits(rule) == 1)
    #expect(try Files.readText(stage.shared.path + "/ran") == "ran\n")
    let name = try #require(try stage.home.record("rp_0001").rental?.intent)
    #expect(try await stage.slurm("squeue -h -a -t all -o '%A %j' | grep -c \(name)") == "1\n")
  }

  @Test("what slurmrestd refuses is told in Slurm's words with the next step, and nothing is submitted")
  func restRefusals() async throws {
    let rest = try TestEngines.clusterREST
    let good = try await Self.token()
    let ended = try await Self.token(seconds: 1)
    let forged = good.split(separator: ".").prefix(2).joined(separator: ".") + ".c2lnbmF0dXJl"
    let cases: [(endpoint: String, settings: String, token: String, words: String)] = [
      (rest.endpoint, "", "nonsense", "the cluster does not take the token: Authentication failure"),
      (rest.endpoint, "", forged, "the cluster does not take the token"),
      (rest.endpoint, "", "", "there is no token for the cluster at"),
      (rest.endpoint, "", ended, "the cluster's token ended at"),
      ("http://127.0.0.1:1", "", good, "127.0.0.1:1"),
      (rest.endpoint, "partition = \"nope\"", good, "no partition 'nope'; it has main, short, closed"),
      (rest.endpoint, "constraint = \"fast\"", good, "cannot submit the job: Invalid feature specification"),
      (rest.endpoint, "sbatch_options = [\"--nodelist=n1\"]", good, "--nodelist=n1 cannot be said to slurmrestd"),
      (rest.endpoint, "token_command = [\"sh\", \"-c\", \"echo no key >&2; exit 3\"]", "", "made no token: no key"),
    ]
    // What was made for a second is to be over.
    try await Task.sleep(for: .milliseconds(1_100))
    for (endpoint, settings, token, words) in cases {
      let stage = try await Self.stage(endpoint, settings, token: token)
      try stage.home.write("job.yaml", "name: x\nentrypoint: ['true']\nmax_duration: 5m\n")
      let run = try await stage.run("run", "job.yaml", "--provider", "slurm")
      #expect(run.exitCode != 0 && run.stderr.contains(words) && run.stderr.contains("hint:"), "\(words): \(run.stderr)")
      let secret = token.utf8.count > 20 ? token : "nothing to hide"
      #expect(!run.stderr.contains(secret))
      #expect(try stage.home.files(containingAny: [secret]).isEmpty)
      #expect(try await stage.live().isEmpty)
    }
  }

  @Test("by a slurmrestd without accounts: several nodes start together, and the cost is what was seen, and says so")
  func restPlain() async throws {
    let stage = try await Self.stage(try TestEngines.clusterREST.plain, "price_per_node_hour = \"3.60\"")
    try stage.home.write(
      "job.yaml",
      """
      name: pair
      entrypoint: [sh, -c, 'echo "node $RUNPILOT_NODE_RANK of $RUNPILOT_NODES, $SLURM_CPUS_PER_TASK CPUs"']
      nodes: 2
      resources: {cpu: 3}
      max_duration: 5m
      """)
    let run = try await stage.run("run", "job.yaml", "--provider", "slurm")
    #expect(run.exitCode == 0, "\(run.stderr)")
    #expect(run.stdout.split(separator: "\n").sorted() == ["node 0 of 2, 3 CPUs", "node 1 of 2, 3 CPUs"], "\(run.stdout)")
    let check = try await stage.run("providers", "check", "slurm")
    #expect(check.stdout.contains("warn  accounts    the cluster keeps none"), "\(check.stdout)")
    try await eventually {
      _ = try? await stage.run("resources", "list", "--all")
      return (try? await stage.run("costs", "export"))?.stdout.contains("providers.toml; no accounts") ?? false
    }
    let costs = try await stage.run("costs", "export")
    #expect(costs.stdout.contains(",observed") && !costs.stdout.contains(",billed"), "\(costs.stdout)")
    #expect(try await stage.live().isEmpty)
  }
}
