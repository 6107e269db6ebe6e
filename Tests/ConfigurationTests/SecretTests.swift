import Basics
import Configuration
import Testing
import TrainingModel

@Suite("Secrets")
struct SecretTests {
  static let yaml = "name: n\nentrypoint: x\n"

  private func value(_ resolution: Resolution, _ name: String) -> String? { resolution.secrets[name]?.withExposed { $0 } }

  @Test("From weak to strong: env_file, env, secrets, --env-file, --env")
  func order() throws {
    var bench = Bench([
      "t.yaml": Self.yaml + "env_file: file.env\nenv: {B: plain, D: plain, E: plain}\nsecrets: [C]\n",
      "file.env": "A=file\nB=file\nC=file\n", "flag.env": "D=flag-file\nF=flag-file\n",
    ])
    bench.environment.merge(["C": "caller", "E": "caller", "G": "caller"]) { $1 }
    var flags = RunOverrides()
    flags.environmentFile = "flag.env"
    flags.secretNames = ["E", "G"]
    flags.environment = ["F": "typed"]
    let resolved = try bench.configurator.resolve("t.yaml", flags)
    #expect(resolved.spec.secretNames == ["A", "C", "D", "E", "G"])
    #expect(resolved.spec.environment == ["B": "plain", "F": "typed"])
    #expect(value(resolved, "A") == "file" && value(resolved, "C") == "caller" && value(resolved, "D") == "flag-file")
    #expect(value(resolved, "E") == "caller" && value(resolved, "G") == "caller")
  }

  @Test("A declared secret may come from the file when the environment lacks it")
  func declared() throws {
    let bench = Bench(["t.yaml": Self.yaml + "env_file: .env\nsecrets: [A]\n", ".env": "A=x"])
    #expect(value(try bench.configurator.resolve("t.yaml"), "A") == "x")
  }

  @Test("A variable cannot be plain and secret in one file")
  func both() throws {
    var bench = Bench(["t.yaml": Self.yaml + "env: {A: hunter2}\nsecrets: [A]\n"])
    bench.environment["A"] = "x"
    let error = try #require(throws: (any Error).self) { try bench.configurator.resolve("t.yaml") }
    #expect(words(error).contains("t.yaml:4:10: 'A' stands under 'env' as well"))
  }

  @Test("A secret that is nowhere is an error that says how to set it")
  func missing() throws {
    let error = try #require(throws: (any Error).self) { try Bench.run(Self.yaml) { $0.secretNames = ["NOPE"] } }
    #expect(words(error).contains("'NOPE' is not set") && words(error).contains("export NOPE="))
    #expect(throws: ConfigurationError.self) { try Bench().configurator.secrets(named: ["NOPE"], environmentFile: nil) }
  }

  @Test("The secrets of a recorded run: the file's value before the environment's")
  func recorded() throws {
    var bench = Bench([".env": "A=file"])
    bench.environment.merge(["A": "caller", "B": "caller"]) { $1 }
    let secrets = try bench.configurator.secrets(named: ["A", "B"], environmentFile: ".env")
    #expect(secrets.mapValues { $0.withExposed { $0 } } == ["A": "file", "B": "caller"])
  }

  @Test("No secret is in the written run, nor in what a dump shows")
  func nowhere() throws {
    var bench = Bench(["t.yaml": Self.yaml + "secrets: [A]\nenv_file: .env\n", ".env": "B=hunter2-file"])
    bench.environment["A"] = "hunter2-caller"
    let resolved = try bench.configurator.resolve("t.yaml")
    var dumped = ""
    dump(resolved, to: &dumped)
    #expect(!RunFileText.write(resolved.spec).contains("hunter2") && !dumped.contains("hunter2") && !"\(resolved)".contains("hunter2"))
  }
}
