import FoundationEssentials
import RunPilotTesting
import Testing
import TrainingModel

@testable import DockerSupport

@Suite("Images")
struct ImageTests {
  @Test(
    "Names are taken apart",
    arguments: [
      ("ubuntu", "docker.io", "ubuntu", "latest"),
      ("ubuntu:22.04", "docker.io", "ubuntu", "22.04"),
      ("library/ubuntu", "docker.io", "library/ubuntu", "latest"),
      ("ghcr.io/a/b:c", "ghcr.io", "ghcr.io/a/b", "c"),
      ("localhost/x", "localhost", "localhost/x", "latest"),
      ("127.0.0.1:5000/x", "127.0.0.1:5000", "127.0.0.1:5000/x", "latest"),
      ("host:5000/x/y:1", "host:5000", "host:5000/x/y", "1"),
      ("x@sha256:ab", "docker.io", "x", "sha256:ab"),
      ("host:5000/x:1@sha256:ab", "host:5000", "host:5000/x", "sha256:ab"),
      ("name:5000", "docker.io", "name", "5000"),
    ])
  func reference(text: String, registry: String, name: String, version: String) {
    let reference = ImageReference(text)
    #expect((reference.registry, reference.name, reference.version) == (registry, name, version))
  }

  private static let pull = """
    {"status":"Pulling from library/x","id":"1"}\r
    {"status":"Pulling fs layer","progressDetail":{},"id":"aa"}\r
    {"status":"Downloading","progressDetail":{"current":10,"total":100},"progress":"[=>  ]","id":"aa"}\r
    {"status":"Downloading","progressDetail":{"current":40,"total":50},"id":"bb"}\r
    {"status":"Download complete","progressDetail":{},"id":"bb"}\r
    {"status":"Downloading","progressDetail":{"current":60,"total":100},"id":"aa"}\r
    {"status":"Digest: sha256:ab"}\r

    """

  @Test("Progress adds up all layers, wherever the stream is cut")
  func progress() {
    let bytes = Array(Self.pull.utf8)
    for cut in bytes.indices {
      var progress = PullProgress(image: "x")
      _ = progress.take(Array(bytes[..<cut]))
      _ = progress.take(Array(bytes[cut...]))
      #expect(progress.summary == RunProgress(phase: "pulling image", detail: "x", current: 110, total: 150))
      #expect(progress.failure == nil)
    }
  }

  @Test("An error in the midst of a good answer is an error")
  func pullError() {
    var progress = PullProgress(image: "x")
    _ = progress.take(Array(#"{"status":"Pulling","id":"a"}"#.utf8) + [10])
    _ = progress.take(Array(#"{"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}"#.utf8) + [10])
    #expect(progress.failure == "manifest unknown")
  }

  @Test("A login is found by the image's registry, and is never printed")
  func login() throws {
    let folder = try TemporaryFolder()
    let auth = Data("me:p:w".utf8).base64EncodedString()
    try folder.write(
      "config.json",
      #"{"auths":{"reg.example:5000":{"auth":"\#(auth)"},"https://index.docker.io/v1/":{"identitytoken":"t0ken"},"empty.example":{}}}"#)
    let file = folder.path + "/config.json"
    let login = try #require(RegistryLogin(image: "reg.example:5000/a/b:1", file: file))
    #expect(Self.decoded(login.header) == #"{"password":"p:w","serveraddress":"reg.example:5000","username":"me"}"#)
    let hub = try #require(RegistryLogin(image: "ubuntu", file: file))
    #expect(Self.decoded(hub.header) == #"{"identitytoken":"t0ken","serveraddress":"https://index.docker.io/v1/"}"#)
    #expect(RegistryLogin(image: "other.example/x", file: file) == nil)
    #expect(RegistryLogin(image: "empty.example/x", file: file) == nil)
    #expect(RegistryLogin(image: "ubuntu", file: folder.path + "/absent") == nil)
    var shown = "\(login)"
    dump(login, to: &shown)
    #expect(!shown.contains(login.header))
  }

  private static func decoded(_ header: String) -> String {
    let plain = header.replacing("-", with: "+").replacing("_", with: "/")
    return Data(base64Encoded: plain).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }

  @Test("A digest is the registry's for that name, else any, else the engine's own id")
  func digest() {
    func facts(_ digests: [String]?) -> ImageFacts { ImageFacts(id: "sha256:id", repoDigests: digests) }
    let reference = ImageReference("b:1")
    #expect(facts(["a@sha256:1", "b@sha256:2"]).digest(for: reference) == "sha256:2")
    #expect(facts(["a@sha256:1"]).digest(for: reference) == "sha256:1")
    #expect(facts([]).digest(for: reference) == "sha256:id")
    #expect(facts(nil).digest(for: reference) == "sha256:id")
  }
}
