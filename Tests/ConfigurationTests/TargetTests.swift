import Basics
import Configuration
import Testing
import TrainingModel

@Suite("What stands after `run`")
struct TargetTests {
  static let project = """
    defaults:
      tags: [all]
      env: {A: 1}
    runs:
      base: {config: conf/base.yaml}
      fast:
        config: conf/base.yaml
        params: {epochs: 1}
      inline:
        name: in-line
        entrypoint: [echo, hi]
        extends: conf/more.yaml
    """
  static let bench = Bench([
    "runpilot.yaml": project, "conf/base.yaml": "name: b\nentrypoint: train\nparams: {epochs: 10, lr: 1}\n",
    "conf/more.yaml": "env: {B: 2}\n",
    "train.py": "", "tool": "", "notes.txt": "",
  ])

  @Test("Aliases: a file, a file with changes, a run in place; defaults hold for all")
  func aliases() throws {
    let base = try Self.bench.configurator.resolve("base").spec
    #expect(base.name == "b" && base.tags == ["all"] && base.environment == ["A": "1"])
    let fast = try Self.bench.configurator.resolve("fast").spec
    #expect(fast.params == ["epochs": .int(1), "lr": .int(1)])
    let inline = try Self.bench.configurator.resolve("inline").spec
    #expect(inline.name == "in-line" && inline.entrypoint == ["echo", "hi"] && inline.environment == ["A": "1", "B": "2"])
  }

  @Test("A run in place is called by its alias when it has no name")
  func unnamed() throws {
    let bench = Bench(["runpilot.yaml": "runs: {quick: {entrypoint: x}}"])
    #expect(try bench.configurator.resolve("quick").spec.name == "quick")
  }

  @Test("The project is the nearest folder upwards; its paths stay its own, the job's folder is the caller's")
  func upwards() throws {
    var bench = Self.bench
    bench.workingFolder = "/home/me/lab/conf/deep"
    bench.folders.insert(bench.workingFolder)
    let spec = try bench.configurator.resolve("base").spec
    #expect(spec.name == "b" && spec.projectFolder == "/home/me/lab/conf/deep")
  }

  @Test("A file wins over an alias of its name")
  func fileWins() throws {
    var bench = Self.bench
    bench.files["/home/me/lab/runpilot.yaml"] = "runs: {train.py: {entrypoint: other}}"
    #expect(try bench.configurator.resolve("train.py").spec.entrypoint == ["python3", "-u", "train.py"])
  }

  @Test("Scripts run without a run file: uv when it is there, else Python; other programs as they are")
  func scripts() throws {
    var bench = Self.bench
    #expect(try bench.configurator.resolve("train.py").spec.entrypoint == ["python3", "-u", "train.py"])
    bench.executables = ["/usr/bin/uv", "/home/me/lab/tool"]
    var flags = RunOverrides()
    flags.arguments = ["--lr", "0.1"]
    let script = try bench.configurator.resolve("./train.py", flags).spec
    #expect(script.entrypoint == ["uv", "run", "./train.py", "--lr", "0.1"] && script.name == "train" && script.tags == ["all"])
    #expect(try bench.configurator.resolve("tool").spec.entrypoint == ["./tool"])
    let error = try #require(throws: ConfigurationError.self) { try bench.configurator.resolve("notes.txt") }
    #expect(error.hints.first?.contains("chmod +x") == true)
  }

  @Test(
    "What is not there gets the nearest there is",
    arguments: [
      ("bsae", "did you mean 'base'?"), ("trian.py", "did you mean 'train.py'?"), ("conf/bse.yaml", "did you mean 'conf/base.yaml'?"),
      ("zzz", "runs of this project: base, fast, inline"),
    ])
  func missing(typed: String, hint: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try Self.bench.configurator.resolve(typed) }
    #expect(error.hints.contains(hint) && error.exitCode == .notFound && error.message.contains(typed), "\(words(error))")
  }

  @Test("A folder is no run file")
  func folder() throws {
    let error = try #require(throws: (any Error).self) { try Self.bench.configurator.resolve("conf") }
    #expect(words(error).contains("conf: this is a folder, not a run file") && words(error).contains("conf/base.yaml"))
  }

  @Test("A project file is not run itself; a run file named runpilot.yaml is")
  func projectFile() throws {
    let error = try #require(throws: (any Error).self) { try Self.bench.configurator.resolve("runpilot.yaml") }
    #expect(words(error).contains("this is a project file") && words(error).contains("`runpilot run base`"))
    let bench = Bench(["runpilot.yaml": "name: n\nentrypoint: x\n", "other.yaml": "name: o\nentrypoint: y\n"])
    #expect(try bench.configurator.resolve("runpilot.yaml").spec.name == "n")
    #expect(try bench.configurator.resolve("other.yaml").spec.name == "o")
  }

  @Test("A file that is both gets an error that says where its keys belong")
  func mixed() throws {
    let bench = Bench(["runpilot.yaml": "name: n\nruns: {a: {entrypoint: x}}\n"])
    let error = try #require(throws: (any Error).self) { try bench.configurator.resolve("a") }
    #expect(words(error).contains("runpilot.yaml:1:1: a project file holds runs"))
  }

  @Test("A project file that a stranger may have put there is refused")
  func foreign() throws {
    var bench = Self.bench
    bench.foreign = ["/home/me/lab/runpilot.yaml"]
    let error = try #require(throws: ConfigurationError.self) { try bench.configurator.resolve("base") }
    #expect(error.exitCode == .notAllowed)
  }
}
