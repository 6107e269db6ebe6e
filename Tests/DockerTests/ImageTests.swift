import FoundationEssentials
import Glibc
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
  func login() async throws {
    let folder = try TemporaryFolder()
    let auth = Data("me:p:w".utf8).base64EncodedString()
    try folder.write(
      "config.json",
      #"{"auths":{"reg.example:5000":{"auth":"\#(auth)"},"https://index.docker.io/v1/":{"identitytoken":"t0ken"},"empty.example":{}}}"#)
    let logins = LoginFile(folder.path + "/config.json", environment: [:])
    let login = try #require(await logins.login(for: "reg.example:5000/a/b:1"))
    #expect(Self.decoded(login.header) == #"{"password":"p:w","serveraddress":"reg.example:5000","username":"me"}"#)
    let hub = try #require(await logins.login(for: "ubuntu"))
    #expect(Self.decoded(hub.header) == #"{"identitytoken":"t0ken","serveraddress":"https://index.docker.io/v1/"}"#)
    #expect(await logins.login(for: "other.example/x") == nil)
    #expect(await logins.login(for: "empty.example/x") == nil)
    #expect(await LoginFile(folder.path + "/absent", environment: [:]).login(for: "ubuntu") == nil)
    var shown = "\(login)"
    dump(login, to: &shown)
    #expect(!shown.contains(login.header))
  }

  @Test("Helper programs are asked for the logins they keep")
  func helpers() async throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "config.json", #"{"credsStore":"store","credHelpers":{"cloud.example":"cloud","bad.example":"../evil"},"auths":{"x.example":{}}}"#)
    for (name, user) in [("store", "<token>"), ("cloud", "robot")] {
      let program = folder.path + "/bin/docker-credential-" + name
      try folder.write(
        "bin/docker-credential-" + name,
        "#!/bin/sh\nread server\ncase $server in absent*) echo 'credentials not found'; exit 1;; esac\n"
          + #"printf '{"ServerURL":"%s","Username":"\#(user)","Secret":"s-%s"}' "$server" "$server""# + "\n")
      #expect(chmod(program, 0o755) == 0)
    }
    let logins = LoginFile(folder.path + "/config.json", environment: ["PATH": folder.path + "/bin:/usr/bin:/bin"])
    let cloud = try #require(await logins.login(for: "cloud.example/a"))
    #expect(Self.decoded(cloud.header) == #"{"password":"s-cloud.example","serveraddress":"cloud.example","username":"robot"}"#)
    let stored = try #require(await logins.login(for: "x.example/a"))
    #expect(Self.decoded(stored.header) == #"{"identitytoken":"s-x.example","serveraddress":"x.example"}"#)
    #expect(await logins.login(for: "bad.example/a") == nil)
    let gone = LoginFile(folder.path + "/config.json", environment: ["PATH": "/nowhere"])
    #expect(await gone.login(for: "x.example/a") == nil)
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
