import Basics
import Configuration
import Documents
import FoundationEssentials
import Glibc
import ProviderKit
import Testing
import TrainingModel

@Suite("providers.toml")
struct ProvidersTests {
  @Test("Settings are read in the form their module describes")
  func forms() throws {
    let bench = Bench([
      "/home/me/.runpilot/providers.toml": """
      [providers.far]
      module = "box"
      host = "tcp://x"
      pull = "always"
      timeout = "2m"
      cache = "1g"
      hosts = ["a", "b"]
      retries = 3
      privileged = true
      """
    ])
    let entry = try #require(try bench.configurator.providers().entry("far"))
    #expect(entry.settings.module == "box" && entry.origin.description == "~/.runpilot/providers.toml:1")
    #expect(entry.settingOrigins["pull"]?.description == "~/.runpilot/providers.toml:4")
    #expect(
      entry.settings.values == [
        "host": .string("tcp://x"), "pull": .string("always"), "timeout": .int(120), "cache": .int(1 << 30),
        "hosts": .array([.string("a"), .string("b")]), "retries": .int(3), "privileged": .bool(true),
      ])
  }

  @Test(
    "What is wrong has its place and a suggestion",
    arguments: [
      ("[providers.x]\nmodule = \"bxo\"\n", "2:10", "no module 'bxo'", "did you mean 'box'?"),
      ("[providers.x]\n", "1:12", "needs a 'module'", "modules: local, box, gpubox"),
      ("[providers.box]\nhosst = \"x\"\n", "2:1", "unknown key 'hosst'", "did you mean"),
      ("[providers.box]\npull = \"allways\"\n", "2:8", "must be one of always, missing", "did you mean 'always'?"),
      ("[providers.box]\nprivileged = \"true\"\n", "2:14", "must be true or false", "remove them"),
      ("[providers.box]\nretries = \"3\"\n", "2:11", "must be a whole number", "remove the quotes"),
      ("defualt = \"box\"\n", "1:1", "unknown key 'defualt'", "did you mean 'default'?"),
      ("default = \"bxo\"\n", "1:11", "no provider 'bxo'", "did you mean 'box'?"),
      ("providers = 3\n", "1:13", "must be keys and values", ""),
      ("[providers.box]\nhost: x\n", "2:5", "TOML writes '='", "`host = x`"),
      ("[storage.s3]\nmodule = \"s4\"\n", "2:10", "no storage module 's4'", ""),
      ("[providers.x]\ncommand = [\"x\"]\n", "2:1", "programs as providers are not available here: x", ""),
      ("[providers.x]\nmodule = \"box\"\ncommand = [\"x\"]\n", "3:1", "both 'module' and 'command'", "remove 'module'"),
      ("[providers.x]\ncommand = 3\n", "2:11", "must be a list", ""),
    ])
  func slips(text: String, place: String, problem: String, hint: String) throws {
    let bench = Bench(["/home/me/.runpilot/providers.toml": text])
    let error = try #require(throws: (any Error).self) { try bench.configurator.providers() }
    let shown = words(error)
    #expect(shown.contains("~/.runpilot/providers.toml:\(place): ") && shown.contains(problem) && shown.contains(hint), "\(shown)")
    // `config validate` finds the same.
    let found = bench.configurator.validate("~/.runpilot/providers.toml").flatMap(\.findings)
    #expect(found.contains { $0.problem.contains(problem) })
  }

  @Test("Nearer files lie over farther ones, setting by setting; another module replaces the entry")
  func layers() throws {
    var bench = Bench([
      "providers.toml": "[providers.a]\nmodule = \"box\"\nhost = \"near\"\n[providers.b]\nmodule = \"local\"\n",
      "/home/me/.runpilot/providers.toml":
        "[providers.a]\nmodule = \"box\"\nhost = \"far\"\nretries = 2\n[providers.b]\nmodule = \"box\"\nretries = 9\n",
      "other.toml": "[providers.c]\nmodule = \"local\"\n",
    ])
    bench.folders.insert("/home/me/lab/.git")
    let catalog = try bench.configurator.providers()
    #expect(catalog.entries.map(\.settings.id.rawValue) == ["a", "b", "local", "box", "gpubox"])
    #expect(catalog.entry("a")?.settings.values == ["host": .string("near"), "retries": .int(2)])
    #expect(catalog.entry("b")?.settings.module == "local" && catalog.entry("b")?.settings.values.isEmpty == true)
    bench.providersFile = "other.toml"
    #expect(try bench.configurator.providers().entries.map(\.settings.id.rawValue) == ["c", "local", "box", "gpubox"])
  }

  @Test("Outside of a project, a providers.toml beside the caller is not read")
  func outside() throws {
    let bench = Bench(["providers.toml": "[providers.a]\nmodule = \"box\"\n"])
    #expect(try bench.configurator.providers().entry("a") == nil)
  }

  @Test(
    "A project's file may not set commands, endpoints or credentials until it is trusted",
    arguments: ["endpoint = \"http://evil\"", "api_key = \"k\"", "command = [\"evil\"]"])
  func trust(line: String) throws {
    var bench = Bench(["providers.toml": "[providers.a]\nmodule = \"box\"\n\(line)\n", "t.yaml": "name: n\nentrypoint: x\n"])
    bench.folders.insert("/home/me/lab/.git")
    for ask in [{ _ = try bench.configurator.providers() }, { _ = try bench.configurator.resolve("t.yaml") }] {
      let error = try #require(throws: ConfigurationError.self) { try ask() }
      #expect(error.exitCode == .notAllowed && error.message.contains("providers.a.\(line.prefix { $0 != " " }) (line 3)"))
      #expect(error.hints.first?.contains("`runpilot trust`") == true)
    }
  }

  @Test("The user's own file may set all of them")
  func ownFile() throws {
    let bench = Bench(["/home/me/.runpilot/providers.toml": "[providers.a]\nmodule = \"box\"\nendpoint = \"http://x\"\n"])
    #expect(try bench.configurator.providers().entry("a") != nil)
  }

  @Test("Trust holds for one folder with one content, is kept for the user's eyes only, and can be taken back")
  func trustOnDisk() throws {
    let root = "/tmp/runpilot-trust-\(UUID().uuidString)"
    defer { try? Files.removeTree(root) }
    try Files.createFolder(root + "/lab/.git")
    let file = root + "/lab/providers.toml"
    try Files.writeAtomically(Data("[providers.a]\nmodule = \"box\"\nendpoint = \"http://x\"\n".utf8), to: file)
    let context = ConfigurationContext(
      environment: [:], workingFolder: root + "/lab", home: root + "/home", descriptors: Bench.descriptors, builtInProviders: Bench.builtIn
    )
    let configurator = Configurator(context)
    #expect(throws: ConfigurationError.self) { try configurator.providers() }
    let asked = try configurator.trust()
    #expect(!asked.isTrusted && asked.folder == root + "/lab" && asked.grants == ["providers.a.endpoint = http://x (providers.toml:3)"])
    #expect(!Files.exists(root + "/home/trust.json"), "looking allows nothing")
    #expect(try configurator.trust(content: asked.content).isTrusted)
    #expect(try configurator.providers().entry("a")?.settings.values == ["endpoint": .string("http://x")])
    var info = stat()
    #expect(stat(root + "/home/trust.json", &info) == 0 && info.st_mode & 0o777 == 0o600)
    try Files.writeAtomically(Data("[providers.a]\nmodule = \"box\"\napi_key = \"http://y\"\n".utf8), to: file)
    #expect(throws: ConfigurationError.self) { try configurator.providers() }
    #expect(throws: ConfigurationError.self, "what was shown is not what is there") { try configurator.trust(content: asked.content) }
    let changed = try configurator.trust()
    #expect(!changed.isTrusted && changed.grants == ["providers.a.api_key = *** (providers.toml:3)"])
    _ = try configurator.trust(content: changed.content)
    #expect(throws: Never.self) { try configurator.providers() }
    #expect(try configurator.revokeTrust().isTrusted == false)
    #expect(throws: ConfigurationError.self) { try configurator.providers() }
  }
}
