import HTTPTransport
import Testing

@testable import DockerSupport

@Suite("What the engine says, put into words")
struct DiagnosisTests {
  /// An engine's words, and what they mean.
  struct Case: Sendable {
    var status = 500
    var words: String
    var image: String?
    var kind: EngineError.Kind
    var hint = ""
  }

  /// Texts as engines of 20.10 to 28 write them.
  static let cases = [
    Case(status: 404, words: "No such image: x:1", image: "x:1", kind: .imageNotFound),
    Case(status: 404, words: "No such container: abc", kind: .containerNotFound),
    Case(
      words: #"Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host"#, image: "x",
      kind: .registryUnreachable, hint: "docker.io"),
    Case(
      status: 404, words: "manifest for 127.0.0.1:5000/x:2 not found: manifest unknown: manifest unknown", image: "127.0.0.1:5000/x:2",
      kind: .imageNotFound),
    Case(
      status: 404,
      words:
        "pull access denied for x, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
      image: "x", kind: .registryDenied, hint: "docker login"),
    Case(
      words: "Head \"https://r.example/v2/x/manifests/1\": unauthorized", image: "r.example/x:1", kind: .registryDenied, hint: "r.example"),
    Case(
      status: 400, words: "invalid mount config for type \"bind\": bind source path does not exist: /nope", image: "x",
      kind: .invalidRequest,
      hint: "mounts"),
    Case(
      status: 400,
      words:
        "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"nope\": executable file not found in $PATH: unknown",
      kind: .programNotFound, hint: "in the image"),
    Case(
      status: 400,
      words:
        "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"/etc/passwd\": permission denied: unknown",
      kind: .programNotExecutable, hint: "chmod +x"),
    Case(words: "could not select device driver \"\" with capabilities: [[gpu]]", kind: .gpuUnavailable, hint: "nvidia-ctk"),
    Case(status: 400, words: "Unknown runtime specified nvidia", image: "x", kind: .gpuUnavailable, hint: "nvidia-ctk"),
    Case(
      words:
        "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: error running hook #0: error running hook: exit status 1, stdout: , stderr: nvidia-container-cli: device error: 7: unknown device: unknown",
      kind: .gpuUnavailable, hint: "nvidia-smi -L"),
    Case(
      status: 400, words: "invalid reference format: repository name must be lowercase", image: "X", kind: .invalidRequest,
      hint: "lower case"),
    Case(status: 409, words: "Conflict. The container name \"/a\" is already in use by container \"b\".", image: "x", kind: .conflict),
    Case(words: "exec: \"docker-init\": executable file not found in $PATH", kind: .engineFault, hint: "tini"),
    Case(words: "something new", kind: .engineFault),
  ]

  @Test("Refusals", arguments: cases.indices)
  func refusals(index: Int) throws {
    let refusal = Self.cases[index]
    let endpoint = try EngineEndpoint("unix:///s", source: "test")
    let error = EngineError(status: refusal.status, words: refusal.words, doing: "try", image: refusal.image, endpoint: endpoint)
    #expect(error.kind == refusal.kind, "\(refusal.words)")
    #expect(error.message.hasPrefix("cannot try: "))
    #expect(!error.message.contains("OCI runtime"), "the chain of programs is of no use")
    #expect(refusal.hint.isEmpty || error.hints.contains { $0.contains(refusal.hint) }, "\(error.hints)")
  }

  @Test(
    "No answer: the socket that was tried, who named it, how to start the engine, and the way around it",
    arguments: [HTTPError.Kind.socketMissing, .refused])
  func unreachable(kind: HTTPError.Kind) throws {
    let endpoint = try EngineEndpoint("unix:///run/x.sock", source: "DOCKER_HOST")
    let error = EngineError(HTTPError(kind, "x", mayHaveArrived: false), endpoint: endpoint, doing: "reach the engine")
    #expect(error.kind == .unreachable)
    #expect(error.message.contains("unix:///run/x.sock") && error.message.contains("DOCKER_HOST"))
    #expect(error.hints.contains { $0.contains("systemctl start docker") })
    #expect(error.hints.contains { $0.contains("--no-docker") })
  }

  @Test("Not allowed: the group to join")
  func permission() throws {
    let endpoint = try EngineEndpoint("unix:///run/x.sock", source: "t")
    let error = EngineError(HTTPError(.notAllowed, "x", mayHaveArrived: false), endpoint: endpoint, doing: "reach the engine")
    #expect(error.kind == .notAllowed)
    #expect(error.hints.contains { $0.contains("usermod -aG docker") })
  }

  @Test("A request whose answer was lost may have happened")
  func lostAnswer() throws {
    let endpoint = try EngineEndpoint("tcp://box:1", source: "t")
    let error = EngineError(HTTPError(.closed, "broke", mayHaveArrived: true), endpoint: endpoint, doing: "create")
    #expect(error.mayHaveHappened)
  }
}
