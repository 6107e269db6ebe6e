import Basics
import BuiltinProviders
import Documents
import ProviderKit
import Testing
import TrainingModel

@testable import Configuration

@Suite("What the documentation shows works")
struct DocumentationTests {
  private static let root = Paths.parent(of: Paths.parent(of: Paths.parent(of: #filePath)))

  /// A world with the modules that ship.
  private static func bench(_ files: [String: String]) -> Bench {
    var bench = Bench(files)
    bench.descriptors = BuiltinProviders.descriptors
    bench.builtInProviders = bench.descriptors.map { "[providers.\($0.module)]\nmodule = \"\($0.module)\"\n" }.joined()
    bench.folders.formUnion(["/home/me/lab/src", "/home/me/datasets/mnist"])
    bench.environment["WANDB_API_KEY"] = "key"
    return bench
  }

  /// The examples of docs/config.md by the file name in their first line.
  private static func examples() throws -> [String: String] {
    var examples: [String: String] = [:]
    var lines = try Files.readText(root + "/docs/config.md").split(separator: "\n", omittingEmptySubsequences: false)[...]
    while let line = lines.popFirst() {
      guard line == "```yaml" || line == "```toml", let name = lines.first?.dropFirst(2) else { continue }
      let body = lines.prefix { $0 != "```" }
      lines = lines.dropFirst(body.count)
      // A project's own providers.toml would need trust for what the example sets.
      let isOwn = name == "config.yaml" || name == "providers.toml"
      examples[isOwn ? "/home/me/.runpilot/\(name)" : String(name)] = body.joined(separator: "\n") + "\n"
    }
    return examples
  }

  @Test("Every example of docs/config.md is right, and every run of it resolves")
  func examplesOfConfig() throws {
    let examples = try Self.examples()
    #expect(examples.count == 7)
    let configurator = Self.bench(examples).configurator
    for file in examples.keys {
      let found = configurator.validate(file).flatMap(\.findings)
      #expect(found.isEmpty, "\(found.map(\.rendered).joined(separator: "\n"))")
    }
    for target in ["train.yaml", "both.yaml", "mounts.yaml", "long.yaml", "baseline", "quick", "hello"] {
      do {
        let spec = try configurator.resolve(target).spec
        #expect(spec.tags.isEmpty == false)
      } catch { Issue.record("\(target): \(words(error))") }
    }
    let long = try configurator.resolve("long.yaml").spec
    #expect(long.params.keys.sorted() == ["epochs", "layers", "lr"] && long.maxDurationSeconds == nil && long.resources.cpuMillis == 2000)
    let mounts = try configurator.resolve("mounts.yaml").spec.mounts
    #expect(mounts.map(\.target) == ["/workspace/src", "/data"])
  }

  @Test("docs/config.md names every key and variable there is")
  func complete() throws {
    let text = try Files.readText(Self.root + "/docs/config.md")
    let error = try #require(throws: SourceDiagnostics.self) { try Bench.run("name: n\nentrypoint: x\nqqqqqqqqqqqqqq: 1\n") }
    let known = try #require(error.all.first?.hints.first?.split(separator: ": ").last).split(separator: ", ")
    #expect(known.count > 30)
    for key in known { #expect(text.contains("`\(key)`"), "\(key)") }
    for (variable, _) in EnvironmentLayer.variables { #expect(text.contains("`\(variable)`"), "\(variable)") }
    for (key, _) in UserFile.keys { #expect(text.contains("`\(key)`"), "\(key)") }
  }

  @Test("The finding that docs/config.md shows is the one there is")
  func finding() throws {
    let text = try Files.readText(Self.root + "/docs/config.md")
    let bench = Bench(["train.yaml": "name: n\nentrypoint: x\ngpu: \"false\"\n"])
    let error = try #require(throws: (any Error).self) { try bench.configurator.resolve("train.yaml") }
    #expect(text.contains(words(error)), "\(words(error))")
  }

  @Test("The sample providers.toml at the root is right for the modules that ship")
  func sample() throws {
    let bench = Self.bench(["/home/me/.runpilot/providers.toml": try Files.readText(Self.root + "/providers.toml")])
    #expect(try bench.configurator.providers().entries.count == BuiltinProviders.descriptors.count)
  }

  @Test("The run files under docs/examples are right")
  func exampleFiles() throws {
    let folders = ["docs/examples", "docs/examples/digits"]
    var count = 0
    for folder in folders {
      for name in try Files.names(in: "\(Self.root)/\(folder)") where name.hasSuffix(".yaml") {
        let bench = Self.bench([name: try Files.readText("\(Self.root)/\(folder)/\(name)")])
        let found = bench.configurator.validate(name).flatMap(\.findings)
        #expect(found.isEmpty, "\(found.map(\.rendered))")
        count += 1
      }
    }
    #expect(count >= 4)
  }

  @Test("The older documents' examples: one runs as it stands, the other says what is wrong with it")
  func older() throws {
    let mnist = """
      name: mnist-cnn-baseline
      image: "pytorch/pytorch:2.2.0-cuda12.1-cudnn8-runtime"
      entrypoint: "python train.py"
      workdir: "/workspace"

      env:
        EPOCHS: 10
        LR: 0.001

      mounts:
        code: "./src"

      resources:
        gpus: 1
        cpu: 4
        memory: "8g"

      metrics:
        - "train_loss"
        - "val_accuracy"
      """
    let spec = try Self.bench(["t.yaml": mnist]).configurator.resolve("t.yaml").spec
    #expect(spec.provider == "nvidia-docker" && spec.resources.gpus == .count(1) && spec.environment["LR"] == "0.001")
    #expect(spec.mounts == [Mount(name: "code", source: "/home/me/lab/src", target: "/workspace/code")])
    let hello = "name: hello-run\nimage: \"python:3.11-slim\"\nentrypoint: \"python -c 'print(\"hello from RunPilot stub\")'\"\n"
    let error = try #require(throws: (any Error).self) { try Self.bench(["t.yaml": hello]).configurator.resolve("t.yaml") }
    #expect(words(error).contains(#"`entrypoint: "python -c 'print(\"hello from RunPilot stub\")'"`"#), "\(words(error))")
  }
}
