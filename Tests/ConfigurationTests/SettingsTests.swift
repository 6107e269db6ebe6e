import Basics
import Documents
import FoundationEssentials
import Testing
import TrainingModel
import YAML

@testable import Configuration

@Suite("Settings: show, set, validate")
struct SettingsTests {
  @Test("Every setting in force says where it came from, and no credential is shown")
  func show() throws {
    var bench = Bench([
      "runpilot.yaml": "defaults:\n  max_duration: 2h\nruns: {}\n",
      "/home/me/.runpilot/config.yaml": "default: far\nproject: p\nmax_duration: 1h\n",
      "/home/me/.runpilot/providers.toml": "[providers.far]\nmodule = \"box\"\napi_key = \"hunter2\"\nhost = \"h\"\n",
    ])
    bench.environment["RUNPILOT_STOP_GRACE"] = "7"
    let lines = try bench.configurator.settings()
    func line(_ name: String) -> String? { lines.first { $0.name == name }.map { "\($0.value) \($0.origin)" } }
    #expect(line("default") == "far ~/.runpilot/config.yaml:1" && line("project") == "p ~/.runpilot/config.yaml:2")
    #expect(line("max_duration") == "2h runpilot.yaml:2" && line("stop_grace") == "7 RUNPILOT_STOP_GRACE")
    #expect(line("home") == "/home/me/.runpilot default" && line("providers.far.host") == "h ~/.runpilot/providers.toml:4")
    #expect(line("providers.far.api_key") == "*** ~/.runpilot/providers.toml:3" && line("providers.local.module") == "local built-in")
    #expect(lines.map(\.name) == lines.map(\.name).sorted() && !lines.contains { $0.value.contains("hunter2") })
  }

  @Test("Amounts from which on reports warn are the user's; what is no amount is told apart")
  func thresholds() throws {
    #expect(try Bench().configurator.thresholds() == CostThresholds())
    let file = "warn_above: {hourly: 20.5, resource_age: 7d}\n"
    let read = try Bench(["/home/me/.runpilot/config.yaml": file]).configurator.thresholds()
    #expect(read.hourly == Decimal(string: "20.5") && read.resourceAge == 604_800 && read.daily == 100)
    for wrong in ["warn_above: 5\n", "warn_above: {hourly: much}\n", "warn_above: {weekly: 5}\n"] {
      #expect(throws: (any Error).self) { try Bench(["/home/me/.runpilot/config.yaml": wrong]).configurator.thresholds() }
    }
  }

  @Test("The owner is the user's own word, on one line; a project cannot speak for them")
  func owner() throws {
    #expect(try Bench().configurator.owner() == nil)
    #expect(try Bench(["/home/me/.runpilot/config.yaml": "owner: ' ada@example.org '\n"]).configurator.owner() == "ada@example.org")
    for wrong in ["owner: [a]\n", "owner: \"a\\nb\"\n", "owner: '  '\n", "owner: \(String(repeating: "a", count: 129))\n"] {
      #expect(throws: (any Error).self, "\(wrong)") { try Bench(["/home/me/.runpilot/config.yaml": wrong]).configurator.owner() }
      #expect(throws: (any Error).self, "\(wrong)") { try Bench(["/home/me/.runpilot/config.yaml": wrong]).configurator.settings() }
    }
  }

  struct Edit: Sendable {
    let before: String
    let key: String
    let value: String
    var section: String?
    let after: String
  }

  @Test(
    "Changing a key leaves everything else as it was",
    arguments: [
      Edit(before: "", key: "a", value: "x", after: "a: x\n"),
      Edit(before: "# top\nb: 1 # why\n", key: "a", value: "x", after: "# top\nb: 1 # why\na: x\n"),
      Edit(before: "a: old # why\nb: 1\n", key: "a", value: "2", after: "a: \"2\" # why\nb: 1\n"),
      Edit(before: "a: 'x # y' \nb: 1", key: "a", value: "z", after: "a: z\nb: 1\n"),
      Edit(before: "a:\n  - 1\n  - 2\n\nb: 1\n", key: "a", value: "z", after: "a: z\n\nb: 1\n"),
      Edit(before: "a:\n- 1\n# c\nb: 1\n", key: "a", value: "z", after: "a: z\n# c\nb: 1\n"),
      Edit(before: "a: |\n  long\n  text\nb: 1\n", key: "a", value: "z", after: "a: z\nb: 1\n"),
      Edit(before: "runs: {}\n", key: "a", value: "x", section: "defaults", after: "runs: {}\ndefaults:\n  a: x\n"),
      Edit(before: "defaults:\nruns: {}\n", key: "a", value: "x", section: "defaults", after: "defaults:\n  a: x\nruns: {}\n"),
      Edit(
        before: "defaults:\n    b: 1 # c\n    env:\n      C: 1\nruns: {}\n", key: "a", value: "x", section: "defaults",
        after: "defaults:\n    b: 1 # c\n    env:\n      C: 1\n    a: x\nruns: {}\n"),
      Edit(before: "defaults:\n  a: 1\n  b: 2\n", key: "a", value: "x", section: "defaults", after: "defaults:\n  a: x\n  b: 2\n"),
    ])
  func edit(_ row: Edit) throws {
    let source = SourceText(name: "t", text: row.before)
    var editor = try LineEditor(source, try YAML.parse(source))
    #expect(try editor.set(row.key, below: row.section, to: .string(row.value)) == row.after)
  }

  private func onDisk(_ body: (Configurator, String) throws -> Void) throws {
    let root = "/tmp/runpilot-settings-\(UUID().uuidString)"
    defer { try? Files.removeTree(root) }
    try Files.createFolder(root + "/lab/.git")
    let context = ConfigurationContext(
      environment: [:], workingFolder: root + "/lab", home: root + "/home", descriptors: Bench.descriptors, builtInProviders: Bench.builtIn
    )
    try body(Configurator(context), root)
  }

  @Test("`config set` writes what is read afterwards, and says what was there before")
  func set() throws {
    try onDisk { configurator, root in
      #expect(try configurator.set("default", to: "box", inProject: false).previous == nil)
      let edit = try configurator.set("default", to: "local", inProject: false)
      #expect(edit.previous == "box" && edit.file == root + "/home/config.yaml")
      _ = try configurator.set("fallback", to: "local", inProject: false)
      #expect(try Files.readText(root + "/home/config.yaml") == "default: local\nfallback:\n  - local\n")
      _ = try configurator.set("default", to: "box", inProject: true)
      _ = try configurator.set("max_duration", to: "2h", inProject: true)
      #expect(try Files.readText(root + "/lab/runpilot.yaml") == "defaults:\n  provider: box\n  max_duration: 2h\n")
      #expect(try configurator.settings().first { $0.name == "max_duration" }?.origin.description == "runpilot.yaml:3")
    }
  }

  @Test(
    "`config set` refuses what would not be read",
    arguments: [
      ("defualt", "x", "did you mean 'default'?"), ("default", "nowhere", "providers: local"), ("max_duration", "soon", "`1h30m`"),
      ("fallback", "moon", "fallback: [local]"),
    ])
  func refused(key: String, value: String, hint: String) throws {
    try onDisk { configurator, root in
      let error = try #require(throws: (any Error).self) { try configurator.set(key, to: value, inProject: false) }
      #expect(words(error).contains(hint), "\(words(error))")
      #expect(!Files.exists(root + "/home/config.yaml"))
    }
  }

  @Test("A run file named runpilot.yaml is not turned into a project file")
  func runFile() throws {
    try onDisk { configurator, root in
      try Files.writeAtomically(Data("name: n\nentrypoint: x\n".utf8), to: root + "/lab/runpilot.yaml")
      #expect(throws: ConfigurationError.self) { try configurator.set("max_duration", to: "2h", inProject: true) }
    }
  }

  @Test("Validation finds every error of every file")
  func validate() throws {
    let bench = Bench([
      "runpilot.yaml": "defaults: {gpu: \"no\"}\nruns:\n  a: {config: none.yaml}\n  b: {entrypoint: x, imgae: y}\n",
      "providers.toml": "[providers.x]\nmodule = \"bxo\"\n", "good.yaml": "name: n\nentrypoint: x\nsecrets: [NOT_SET]\n",
      "/home/me/.runpilot/config.yaml": "projct: x\n", "/home/me/.runpilot/providers.toml": "default = \"local\"\n",
    ])
    let found = bench.configurator.validate(nil)
    #expect(found.map(\.file) == ["runpilot.yaml", "providers.toml", "~/.runpilot/config.yaml", "~/.runpilot/providers.toml"])
    let headlines = found.flatMap(\.findings).map(\.headline)
    for expected in [
      "runpilot.yaml:1:17: 'defaults.gpu' must be true or false", "runpilot.yaml:3:15: no file 'none.yaml'",
      "providers.toml:2:10: no module 'bxo'",
      "runpilot.yaml:4:22: unknown key 'imgae'", "~/.runpilot/config.yaml:1:1: unknown key 'projct'",
    ] { #expect(headlines.contains { $0.hasPrefix(expected) }, "\(expected) in \(headlines)") }
    #expect(found.last?.findings.isEmpty == true && found.first?.findings.count == 3, "\(headlines)")
  }

  @Test("A good run file is good, whether or not its secrets are set")
  func good() {
    let bench = Bench(["good.yaml": "name: n\nentrypoint: x\nsecrets: [NOT_SET]\n", "bad.yaml": "name: [\n"])
    #expect(bench.configurator.validate("good.yaml") == [FileFindings(file: "good.yaml", findings: [])])
    #expect(bench.configurator.validate("bad.yaml").first?.findings.count == 1)
    #expect(bench.configurator.validate("none.yaml").first?.findings.count == 1)
  }
}
