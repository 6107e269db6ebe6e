import Basics
import FoundationEssentials
import RunPilotTesting
import Testing
import TrainingModel

/// What docs/examples promises, tried: as a reader would, from a copy of the folder.
@Suite("The examples", .serialized)
struct ExampleTests {
  private let home: TestHome
  private let folder: String

  init() throws {
    home = try TestHome()
    let root = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 }
    folder = root + "/docs/examples"
  }

  /// Runs an example in its folder. Images of the public registry are replaced by those of the tests, which need no network.
  private func run(_ example: String, environment: [String: String] = [:]) async throws -> Program.Result {
    let place = Paths.parent(of: "examples/" + example)
    let text = """
      cp -r '\(folder)' examples && cd '\(place)' &&
      sed -i 's#busybox:stable#\(DockerEngine.busybox)#; s#python:3.12-slim#\(DockerEngine.python)#' *.yaml &&
      exec "$RUNPILOT" run '\(Paths.name(of: example))'
      """
    return try await home.shell(text, environment: environment)
  }

  @Test("every one of them is tried here")
  func all() throws {
    let files =
      try Files.names(in: folder).filter { $0.hasSuffix(".yaml") } + Files.names(in: folder + "/digits").filter { $0.hasSuffix(".yaml") }
    #expect(files.sorted() == ["container.yaml", "container.yaml", "fail.yaml", "hello.yaml", "secrets.yaml", "train.yaml"])
  }

  @Test("hello")
  func hello() async throws {
    let result = try await run("hello.yaml")
    #expect(result.exitCode == 0, "\(result.stderr)")
    #expect(result.stdout == "hello from run rp_0001\nMETRIC answer=42\n")
  }

  @Test("fail")
  func fail() async throws {
    let result = try await run("fail.yaml")
    #expect(result.exitCode == 3)
    #expect(try home.record("rp_0001").reason == .exited)
  }

  @Test("secrets")
  func secrets() async throws {
    let result = try await run("secrets.yaml", environment: ["API_KEY": "correct-horse-battery"])
    #expect(result.exitCode == 0, "\(result.stderr)")
    #expect(result.stdout == "the key is ***, of 21 characters\n")
    #expect(try home.files(containingAny: ["correct-horse-battery"]).isEmpty)
  }

  @Test("container")
  func container() async throws {
    _ = try DockerEngine.require()
    let result = try await run("container.yaml")
    #expect(result.exitCode == 0, "\(result.stderr)")
    #expect(result.stdout.contains("hello.yaml"))
    #expect(try Files.readText(home.folder("rp_0001").outputs + "/result.txt") == "done\n")
  }

  @Test("digits learns to read, here and in a container", arguments: ["digits/train.yaml", "digits/container.yaml"])
  func digits(example: String) async throws {
    _ = try DockerEngine.require()
    let result = try await run(example)
    #expect(result.exitCode == 0, "\(result.stderr)")
    let metrics = try JSON.decode(MetricsDocument.self, from: Files.read(home.folder("rp_0001").metrics))
    #expect(metrics.timeSeries["accuracy"]?.count == 12)
    #expect(try #require(metrics.summary["accuracy"]) > 0.9)
    #expect(Files.exists(home.folder("rp_0001").outputs + "/model.json"))
  }
}
