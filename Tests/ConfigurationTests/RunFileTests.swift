import Basics
import Configuration
import Documents
import Testing
import TrainingModel

@Suite("The run file")
struct RunFileTests {
  private static let complete = """
    name: mnist
    project: digits
    image: "python:3.12"
    entrypoint: python train.py --lr ${params.lr} "two words"
    setup: [pip install x]
    workdir: /workspace
    env:
      EPOCHS: 10
      LR: 1e-4
      DEBUG: True
      TEXT: "007"
      RATE: ${params.lr}
    secrets: [TOKEN]
    params: {lr: 1e-4, layers: [1, 2], opt: adam, bias: false}
    tags: [a, b]
    resources:
      gpus: 2
      gpu_type: H100
      cpu: 0.5
      memory: 8g
      shm: 1g
      disk: 1048576
    mounts:
      code: ./src
      data: {source: ~/data, target: /data, read_only: true}
    user: host
    network: none
    metrics: [loss]
    outputs: ["*.pt", models/**]
    provider: box
    fallback: [local]
    max_duration: 1h30m
    stop_grace: 5
    seed: 7
    nodes: 1
    spot: false
    provider_options:
      box: {platform: linux/arm64}
      local: {}
    """

  @Test("Every key of this version arrives")
  func everyKey() throws {
    var bench = Bench(["t.yaml": Self.complete, "src/a.py": "", "/home/me/data/x": ""])
    bench.environment["TOKEN"] = "t0ken"
    let resolved = try bench.configurator.resolve("t.yaml")
    let spec = resolved.spec
    #expect(spec.name == "mnist" && spec.project == "digits" && spec.image == "python:3.12" && spec.provider == "box")
    #expect(spec.entrypoint == ["python", "train.py", "--lr", "${params.lr}", "two words"])
    #expect(spec.expandedEntrypoint[3] == "0.0001")
    #expect(spec.setup == ["pip install x"] && spec.workdir == "/workspace" && spec.projectFolder == "/home/me/lab")
    #expect(spec.environment == ["EPOCHS": "10", "LR": "1e-4", "DEBUG": "True", "TEXT": "007", "RATE": "${params.lr}"])
    #expect(spec.secretNames == ["TOKEN"] && resolved.secrets["TOKEN"]?.withExposed { $0 } == "t0ken")
    #expect(spec.params == ["lr": .double(1e-4), "layers": .array([.int(1), .int(2)]), "opt": .string("adam"), "bias": .bool(false)])
    #expect(spec.tags == ["a", "b"] && spec.metrics == ["loss"] && spec.outputs == ["*.pt", "models/**"])
    #expect(spec.resources.gpus == .count(2) && spec.resources.gpuType == "H100" && spec.resources.cpuMillis == 500)
    #expect(
      spec.resources.memory?.bytes == 8 << 30 && spec.resources.sharedMemory?.bytes == 1 << 30 && spec.resources.disk?.bytes == 1 << 20)
    #expect(
      spec.mounts == [
        Mount(name: "code", source: "/home/me/lab/src", target: "/workspace/code"),
        Mount(name: "data", source: "/home/me/data", target: "/data", readOnly: true),
      ])
    #expect(spec.user == "host" && spec.network == "none" && spec.fallback == ["local"] && spec.seed == 7)
    #expect(spec.maxDurationSeconds == 5400 && spec.stopGraceSeconds == 5)
    #expect(spec.providerOptions == ["platform": .string("linux/arm64")])
  }

  struct Slip: Sendable, CustomTestStringConvertible {
    let yaml: String
    let place: String
    let problem: String
    var hint = ""
    init(_ yaml: String, _ place: String, _ problem: String, _ hint: String = "") {
      (self.yaml, self.place, self.problem, self.hint) = (yaml, place, problem, hint)
    }
    var testDescription: String { yaml.replacing("\n", with: "⏎") }
  }

  /// Added after `name: n` and `entrypoint: x`, so that what is tested begins at line 3.
  static let slips: [Slip] = [
    Slip("gpu: \"false\"", "3:6", "'gpu' must be true or false, not the text 'false'", "`gpu: false`"),
    Slip("gpu: yes", "3:6", "must be true or false", "`gpu: true`"),
    Slip("imgae: y", "3:1", "unknown key 'imgae'", "did you mean 'image'?"),
    Slip("xyzzy: y", "3:1", "unknown key 'xyzzy'", "known keys: "),
    Slip("resources: {gpus: 1, mem: 2g}", "3:22", "unknown key 'mem' in 'resources'", "'memory'"),
    Slip("resources: {memory: lots}", "3:21", "must be a size, not 'lots'", "`8g`"),
    Slip("resources: {cpu: \"4\"}", "3:18", "must be a number of cores"),
    Slip("resources: {cpu: 0}", "3:18", "must be more than 0"),
    Slip("resources: {gpus: two}", "3:19", "must be a whole number"),
    Slip("resources: {gpus: -1}", "3:19", "from 0 to 1024"),
    Slip("resources: {gpus: 1, gpu_ids: [0]}", "3:19", "cannot both be given"),
    Slip("gpu: false\nresources: {gpus: 1}", "4:19", "contradict each other"),
    Slip("max_duration: 0", "3:15", "would end every job at once", "`off`"),
    Slip("max_duration: soon", "3:15", "must be a length of time, not 'soon'", "`1h30m`"),
    Slip("tags: a b\nmax_duration: 1h 30", "4:15", "must be a length of time"),
    Slip("env: [A=1]", "3:6", "must be keys and values, not a list", "`A: 1`"),
    Slip("env: {A-B: 1}", "3:7", "is no name of a variable"),
    Slip("env: {RUNPILOT_RUN_ID: x}", "3:7", "set by runpilot itself"),
    Slip("env:\n  A:", "4:3", "'A' has no value", "secrets: [A]"),
    Slip("env: {A: [1]}", "3:10", "must be text, not a list"),
    Slip("secrets: {A: hunter2}", "3:10", "a list of names", "secrets: [NAME]"),
    Slip("secrets: [A]", "3:10", "the secret 'A' is not set", "export A="),
    Slip("params: [1]", "3:9", "must be keys and values"),
    Slip("params: {a: {b: 1}}", "3:13", "must be a scalar or a list"),
    Slip("params: {lr: 1, LR: 2}", "3:17", "would both be RUNPILOT_PARAM_LR"),
    Slip("mounts: {a: {sorce: x}}", "3:14", "unknown key 'sorce'", "'source'"),
    Slip("mounts: {a: {target: /x}}", "3:10", "needs a 'source'"),
    Slip("mounts: {a/b: x}", "3:10", "cannot be the name of a mount"),
    Slip("image: i\nmounts: {a: ./none}", "4:13", "nothing stands at './none'", "mkdir -p"),
    Slip("image: i\nmounts: {a: {source: ., target: /}}", "4:13", "whole container"),
    Slip("image: i\nmounts: {a: {source: ., target: /d}, b: {source: ., target: /d}}", "4:41", "would both stand at /d"),
    Slip("image: a b", "3:8", "holds a space", "one word"),
    Slip("env: A=1", "3:6", "must be keys and values", "`env: {A: 1}`"),
    Slip("tags: {a: 1, b: 2}", "3:7", "must be a list", "`tags: [a, b]`"),
    Slip("image: [a]", "3:8", "must be text, not a list"),
    Slip("outputs: [../x]", "3:10", "leads out of the working directory"),
    Slip("outputs: /etc", "3:10", "leads out of the working directory"),
    Slip("workdir: none", "3:10", "no folder 'none'", "mkdir -p"),
    Slip("fallback: [box]", "3:11", "is no fallback"),
    Slip("fallback: [on-demand]", "3:11", "is a fallback of a spot machine", "spot: true"),
    Slip("seed: -1", "3:7", "from 0 to"),
    Slip("provider: bxo", "3:11", "no provider 'bxo'", "did you mean 'box'?"),
    Slip("provider: box", "3:11", "names no image", "--provider local"),
    Slip("provider_options: {bxo: {}}", "3:20", "no provider or module 'bxo'", "'box'"),
    Slip("provider_options: {box: {platfrom: x}}", "3:26", "unknown key 'platfrom'", "'platform'"),
    Slip("provider_options: {box: {host: x}}", "3:26", "unknown key 'host'"),
    Slip("provider_options: {box: {privileged: \"yes\"}}", "3:38", "must be true or false", "`privileged: true`"),
    Slip("matrix: {lr: 1}", "3:10", "needs a list of values", "[0.1, 0.01]"),
    Slip("matrix: {lr: []}", "3:10", "needs a list of values"),
    Slip("matrix: {lr: [1, 1]}", "3:18", "is there twice"),
    Slip("params: {lr: 1}\nmatrix: {lr: [1]}", "4:10", "stands under 'params', too"),
    Slip("max_parallel: 0", "3:15", "between 1 and 1000"),
    Slip("checkpoint: {dir: c}", "3:13", "is for rented machines", "remove 'checkpoint'"),
    Slip("checkpoint: {keep: 1}", "3:13", "'checkpoint.dir' is missing"),
    Slip("checkpoint: {dir: ../c}", "3:19", "leads out of the working directory"),
    Slip("retries: 3", "3:10", "is for rented machines"),
    Slip("nodes: 2", "3:8", "runs a job on one machine"),
    Slip("nodes: 0", "3:8", "between 1 and 10000"),
    Slip("retries: 1000", "3:10", "between 0 and 100"),
    Slip("spot: true", "3:7", "provider 'local' rents none", "runpilot providers list"),
    Slip("max_cost: five", "3:11", "must be an amount of US dollars, not 'five'", "`5.00`"),
    Slip("max_cost: 0", "3:11", "must be an amount of US dollars"),
    Slip("max_price: 1e3", "3:12", "must be an amount of US dollars"),
    Slip("max_price: -1", "3:12", "must be an amount of US dollars"),
    Slip("idle_timeout: 5m", "3:15", "is for rented machines"),
    Slip("inputs: [a]", "3:9", "not available yet"),
    Slip("providers: [local, nowhere]", "3:12", "no provider 'nowhere'"),
    Slip("provider: local\nproviders: [local]", "4:12", "both say where to run", "keep one"),
    Slip("cheapest: true", "3:11", "nothing to compare"),
    Slip("extends: none.yaml", "3:10", "no file 'none.yaml'"),
    Slip("env_file: none.env", "3:11", "no file 'none.env'", "`NAME=value`"),
    Slip("setup: echo ${params.x}", "3:8", "no parameter 'x'", "--param x="),
    Slip("env: {A: \"${params.rl}\"}\nparams: {lr: 1}", "3:10", "no parameter 'rl'", "${params.lr}"),
    Slip("runs: {a: {}}", "", "this is a project file", "runpilot run a"),
  ]

  @Test("A slip gets its place, its words and a way to mend it", arguments: slips)
  func slip(_ slip: Slip) throws {
    let error = try #require(throws: (any Error).self) { try Bench.run("name: n\nentrypoint: x\n" + slip.yaml + "\n") }
    let text = words(error)
    let head = slip.place.isEmpty ? "t.yaml: " : "t.yaml:\(slip.place): "
    #expect(text.contains(head) && text.contains(slip.problem) && text.contains(slip.hint), "\(text)")
    #expect((error as? any ExitCoded)?.exitCode == .configuration)
  }

  struct Entry: Sendable {
    let yaml: String
    let words: [String]
  }

  @Test(
    "The entrypoint is split without a shell, taken as a list, or given to one",
    arguments: [
      Entry(yaml: "entrypoint: python train.py", words: ["python", "train.py"]),
      Entry(yaml: "entrypoint: \"python -c 'print(\\\"hi\\\")'\"", words: ["python", "-c", "print(\"hi\")"]),
      Entry(yaml: "entrypoint: sh -c 'echo $HOME && ls | wc'", words: ["sh", "-c", "echo $HOME && ls | wc"]),
      Entry(yaml: "entrypoint: sh -c \"echo $HOME\"", words: ["sh", "-c", "echo $HOME"]),
      Entry(yaml: "entrypoint: [python, -c, 1e-4, true]", words: ["python", "-c", "1e-4", "true"]),
      Entry(yaml: "entrypoint: train --lr=${params.lr}\nparams: {lr: 2}", words: ["train", "--lr=${params.lr}"]),
      Entry(yaml: "entrypoint: a && b\nshell: true", words: ["/bin/sh", "-c", "a && b"]),
      Entry(
        yaml: "entrypoint: echo ${params.my-lr} > x\nshell: true\nparams: {my-lr: 2}",
        words: ["/bin/sh", "-c", "echo ${RUNPILOT_PARAM_MY_LR} > x"]),
      Entry(yaml: "entrypoint: |\n  python\n  train.py", words: ["python", "train.py"]),
    ])
  func entrypoint(_ row: Entry) throws { #expect(try Bench.run("name: n\n" + row.yaml).spec.entrypoint == row.words) }

  @Test(
    "What only a shell understands is refused, with the way to one",
    arguments: ["a && b", "a | b", "a > b", "a; b", "echo $HOME", "echo ${HOME}", "echo $(date)", "echo `date`", "a &"])
  func needsShell(_ entrypoint: String) throws {
    let error = try #require(throws: (any Error).self) { try Bench.run("name: n\nentrypoint: '\(entrypoint)'") }
    #expect(words(error).contains("t.yaml:2:13") && words(error).contains("add `shell: true`"), "\(words(error))")
  }

  @Test("Unclosed quotes and empty commands are refused", arguments: ["a 'b", "a \"b", "a b\\", " ", ""])
  func brokenEntrypoint(_ entrypoint: String) throws {
    let yaml = "name: n\nentrypoint: " + (entrypoint.isEmpty ? "''" : entrypoint == " " ? "' '" : "|-\n  " + entrypoint)
    let error = try #require(throws: (any Error).self) { try Bench.run(yaml) }
    #expect(words(error).contains("t.yaml:2:13"), "\(words(error))")
  }

  @Test("All errors of a file are reported at once, in its order")
  func several() throws {
    let error = try #require(throws: SourceDiagnostics.self) {
      try Bench.run("gpu: \"false\"\nresources: {memory: x}\nimgae: y\nentrypoint: echo ${params.x}\n")
    }
    #expect(
      error.all.map { "\($0.position?.description ?? "-") \($0.problem.prefix(20))" } == [
        "- 'name' is missing", "1:6 'gpu' must be true o", "2:21 'resources.memory' m", "3:1 unknown key 'imgae'", "4:13 no parameter 'x'",
      ])
  }

  @Test(
    "Files that are none",
    arguments: [
      ("", "empty"), ("# nothing\n", "empty"), ("just text", "must be keys and values"), ("- a", "must be keys and values"),
      ("\u{0}", "binary"),
    ])
  func noRunFile(text: String, problem: String) throws {
    let error = try #require(throws: (any Error).self) { try Bench.run(text) }
    #expect(words(error).contains("t.yaml") && words(error).contains(problem), "\(words(error))")
  }

  @Test(
    "GPU wishes",
    arguments: [
      ("gpu: true", GPUNeed.all), ("gpu: false", .none), ("resources: {gpus: 2}", .count(2)), ("resources: {gpus: 0}", .none),
      ("gpu: true\nresources: {gpus: 2}", .count(2)), ("resources: {gpu_ids: [0, 3]}", .ids(["0", "3"])), ("resources: {gpus: all}", .all),
    ])
  func gpus(yaml: String, need: GPUNeed) throws { #expect(try Bench.run("name: n\nentrypoint: x\n" + yaml).spec.resources.gpus == need) }

  @Test("An empty value is as good as none")
  func emptyValues() throws {
    let spec = try Bench.run("name: n\nentrypoint: x\nimage:\nresources:\nparams: {a: ~}\nenv: {A: ~}\nmax_duration: off").spec
    #expect(spec.image == nil && spec.params.isEmpty && spec.environment.isEmpty && spec.maxDurationSeconds == nil)
  }
}
