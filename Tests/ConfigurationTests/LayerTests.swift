import Basics
import Configuration
import Testing
import TrainingModel

@Suite("Layers: flags, variables, files, defaults")
struct LayerTests {
  static let base = "name: n\nentrypoint: x\n"

  @Test("Flags lie over the file, and every value knows its origin")
  func flags() throws {
    let yaml = Self.base + "image: i\ngpu: true\ntags: [a]\nenv: {A: 1, B: 2}\nparams: {lr: 1, n: 2}\nmax_duration: 1h\nfallback: [local]\n"
    let resolved = try Bench.run(yaml) { flags in
      flags.name = "other"
      flags.tags = ["b", "a"]
      flags.environment = ["B": "3", "C": "4"]
      flags.params = ["lr": .double(0.5)]
      flags.gpus = 2
      flags.maxDurationSeconds = 60
      flags.fallback = []
      flags.provider = "box"
      flags.arguments = ["--more", "words"]
    }
    let spec = resolved.spec
    #expect(spec.name == "other" && spec.tags == ["a", "b"] && spec.environment == ["A": "1", "B": "3", "C": "4"])
    #expect(spec.params == ["lr": .double(0.5), "n": .int(2)] && spec.resources.gpus == .count(2) && spec.maxDurationSeconds == 60)
    #expect(spec.fallback.isEmpty && spec.provider == "box" && spec.entrypoint == ["x", "--more", "words"])
    let origins = resolved.origins.mapValues(\.description)
    #expect(origins["name"] == "--name" && origins["image"] == "t.yaml:3" && origins["env.A"] == "t.yaml:6" && origins["env.B"] == "--env")
    #expect(origins["params.n"] == "t.yaml:7" && origins["resources.gpus"] == "--gpus" && origins["provider"] == "--provider")
  }

  @Test("From strong to weak: flag, variable, run file, project file, project providers.toml, user settings, user providers.toml, built-in")
  func precedence() throws {
    let project = "default = \"p-toml\"\n[providers.p-toml]\nmodule = \"local\"\n"
    let steps: [(expected: String, origin: String, remove: (inout Bench, inout RunOverrides) -> Void)] = [
      ("flag", "--provider", { $1.provider = nil }),
      ("variable", "RUNPILOT_PROVIDER", { bench, _ in bench.environment["RUNPILOT_PROVIDER"] = nil }),
      ("run-file", "t.yaml:3", { bench, _ in bench.files["/home/me/lab/t.yaml"] = Self.base }),
      ("project-file", "runpilot.yaml:1", { bench, _ in bench.files["/home/me/lab/runpilot.yaml"] = "runs: {}" }),
      ("p-toml", "providers.toml:1", { bench, _ in bench.files["/home/me/lab/providers.toml"] = nil }),
      ("user-settings", "~/.runpilot/config.yaml:1", { bench, _ in bench.files["/home/me/.runpilot/config.yaml"] = nil }),
      ("user-toml", "~/.runpilot/providers.toml:1", { bench, _ in bench.files["/home/me/.runpilot/providers.toml"] = nil }),
      ("local", "default", { _, _ in }),
    ]
    var bench = Bench([
      "t.yaml": Self.base + "provider: run-file\n", "runpilot.yaml": "defaults: {provider: project-file}\n", "providers.toml": project,
      "/home/me/.runpilot/config.yaml": "default: user-settings\n",
    ])
    let all = ["flag", "variable", "run-file", "project-file", "user-settings", "user-toml"]
    let tables = all.map { "[providers.\($0)]\nmodule = \"local\"\n" }.joined()
    bench.files["/home/me/.runpilot/providers.toml"] = "default = \"user-toml\"\n" + tables
    bench.environment["RUNPILOT_PROVIDER"] = "variable"
    var flags = RunOverrides()
    flags.provider = "flag"
    for step in steps {
      let resolved = try bench.configurator.resolve("t.yaml", flags)
      #expect(resolved.spec.provider.rawValue == step.expected)
      #expect(resolved.origins["provider"]?.description == step.origin)
      step.remove(&bench, &flags)
    }
  }

  @Test(
    "Without a name, the provider follows from the kind of run",
    arguments: [
      ("", "local"), ("image: i\n", "box"), ("image: i\ngpu: true\n", "gpubox"), ("image: i\nresources: {gpus: 0}\n", "box"),
      ("gpu: true\n", "local"),
    ])
  func byKind(yaml: String, provider: String) throws { #expect(try Bench.run(Self.base + yaml).spec.provider.rawValue == provider) }

  @Test("--force-local leaves the image and what belongs to it aside, and says so")
  func forceLocal() throws {
    let resolved = try Bench.run(Self.base + "image: i\nworkdir: /workspace\nmounts: {d: ./none}\nfallback: [local]\n") {
      $0.forceLocal = true
    }
    #expect(
      resolved.spec.provider == "local" && resolved.spec.image == nil && resolved.spec.workdir == nil && resolved.spec.fallback.isEmpty)
    #expect(resolved.notes.count == 2 && resolved.notes[0].contains("without the image i") && resolved.notes[1].contains("/workspace"))
  }

  @Test("An image is not used where there are no containers, and that is said")
  func imageNotUsed() throws {
    let resolved = try Bench.run(Self.base + "image: i\n") { $0.provider = "local" }
    #expect(resolved.spec.image == nil && resolved.notes.first?.contains("runs no containers") == true)
  }

  @Test("extends: the nearer file wins, mappings are merged, lists replaced, an empty value takes away")
  func extends() throws {
    let bench = Bench([
      "t.yaml": "extends: [conf/a.yaml, conf/b.yaml]\nname: n\nenv: {B: 2}\ntags: [x]\nimage:\n",
      "conf/a.yaml": "extends: deep/base.yaml\nentrypoint: from-a\nenv: {A: 1, B: 1}\n",
      "conf/b.yaml": "entrypoint: from-b\n",
      "conf/deep/base.yaml": "name: base\nimage: i\ntags: [base, more]\nenv: {C: 3}\nmax_duration: 1h\n",
    ])
    let resolved = try bench.configurator.resolve("t.yaml")
    #expect(
      resolved.spec.name == "n" && resolved.spec.entrypoint == ["from-b"] && resolved.spec.image == nil && resolved.spec.tags == ["x"])
    #expect(resolved.spec.environment == ["A": "1", "B": "2", "C": "3"])
    #expect(resolved.origins["max_duration"]?.description == "conf/deep/base.yaml:5")
  }

  @Test("Files that extend each other in a circle are refused where the circle closes")
  func circle() throws {
    let bench = Bench(["t.yaml": "extends: a.yaml", "a.yaml": "x: 1\nextends: b.yaml", "b.yaml": "extends: t.yaml"])
    let error = try #require(throws: (any Error).self) { try bench.configurator.resolve("t.yaml") }
    #expect(words(error).contains("b.yaml:1:10: files extend each other in a circle: t.yaml → a.yaml → b.yaml → t.yaml"))
  }

  @Test("A wrong value is shown in the file it stands in")
  func wrongBase() throws {
    let bench = Bench(["t.yaml": "extends: base.yaml\nname: n\nentrypoint: x", "base.yaml": "tags: [a]\ngpu: \"false\"\n"])
    let error = try #require(throws: (any Error).self) { try bench.configurator.resolve("t.yaml") }
    #expect(words(error).contains("base.yaml:2:6: 'gpu' must be"))
  }

  @Test(
    "A wrong flag or variable is named, without a place", arguments: [("RUNPILOT_MAX_DURATION", "soon"), ("RUNPILOT_PROVIDER", "nowhere")])
  func wrongVariable(name: String, value: String) throws {
    var bench = Bench(["t.yaml": Self.base])
    bench.environment[name] = value
    let error = try #require(throws: (any Error).self) { try bench.configurator.resolve("t.yaml") }
    #expect(words(error).hasPrefix("\(name): "), "\(words(error))")
  }
}
