import Basics
import HTTPTransport
import RunPilotTesting
import Testing

@testable import DockerSupport

@Suite("Where the engine is")
struct EngineSearchTests {
  private static func search(_ environment: [String: String], there: Set<String> = []) -> EngineSearch {
    EngineSearch(environment: environment, user: 1000, exists: { there.contains($0) || ($0.hasPrefix("/tmp/") && Files.exists($0)) })
  }

  @Test("Settings win over DOCKER_HOST, DOCKER_HOST over contexts, contexts over sockets that are there")
  func order() throws {
    let folder = try TemporaryFolder()
    try folder.write("config.json", #"{"currentContext":"far"}"#)
    try folder.write("contexts/meta/abc/meta.json", #"{"Name":"far","Endpoints":{"docker":{"Host":"unix:///far.sock"}}}"#)
    try folder.write("contexts/meta/def/meta.json", #"{"Name":"near","Endpoints":{"docker":{"Host":"unix:///near.sock"}}}"#)
    var environment = ["DOCKER_CONFIG": folder.path]
    let there: Set<String> = ["/var/run/docker.sock"]
    #expect(try Self.search(environment, there: there).find().address == "unix:///far.sock")
    environment["DOCKER_CONTEXT"] = "near"
    #expect(try Self.search(environment, there: there).find().address == "unix:///near.sock")
    environment["DOCKER_HOST"] = "unix:///host.sock"
    #expect(try Self.search(environment, there: there).find().address == "unix:///host.sock")
    #expect(try Self.search(environment, there: there).find(context: "far").address == "unix:///far.sock")
    #expect(try Self.search(environment, there: there).find(host: "unix:///set.sock").address == "unix:///set.sock")
    environment = ["DOCKER_CONFIG": folder.path, "DOCKER_CONTEXT": "default", "DOCKER_HOST": ""]
    #expect(try Self.search(environment, there: there).find().address == "unix:///var/run/docker.sock")
  }

  @Test(
    "The usual sockets are tried in order, an engine without root and Podman's too",
    arguments: ["/var/run/docker.sock", "/run/user/1000/docker.sock", "/h/.docker/run/docker.sock", "/run/user/1000/podman/podman.sock"])
  func sockets(path: String) throws {
    let found = try Self.search(["HOME": "/h"], there: [path, "/run/podman/podman.sock"]).find()
    #expect(found.address == "unix://" + path)
    #expect(found.socketPath == path)
  }

  @Test("Without any socket the most usual one is named, for the error")
  func nothing() throws { #expect(try Self.search([:]).find().address == "unix:///var/run/docker.sock") }

  @Test("DOCKER_TLS_VERIFY asks for TLS with the files of DOCKER_CERT_PATH")
  func tls() throws {
    let there: Set<String> = ["/c/ca.pem", "/c/cert.pem", "/c/key.pem"]
    let environment = ["DOCKER_HOST": "tcp://box", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/c"]
    let found = try Self.search(environment, there: there).find()
    #expect(found.origin == .https(host: "box", port: 2376))
    #expect(found.certificates == .init(authority: "/c/ca.pem", certificate: "/c/cert.pem", key: "/c/key.pem", verifies: true))
    let plain = try Self.search(["DOCKER_HOST": "tcp://box:99/"]).find()
    #expect(plain.origin == .http(host: "box", port: 99))
    #expect(plain.mayBeElsewhere)
    #expect(try EngineEndpoint("tcp://[::1]:7", source: "t").origin == .http(host: "::1", port: 7))
  }

  @Test("A context brings its own certificates")
  func contextTLS() throws {
    let folder = try TemporaryFolder()
    try folder.write("contexts/meta/abc/meta.json", #"{"Name":"far","Endpoints":{"docker":{"Host":"tcp://far:1","SkipTLSVerify":true}}}"#)
    try folder.write("contexts/tls/abc/docker/ca.pem", "x")
    let found = try Self.search(["DOCKER_CONFIG": folder.path]).find(context: "far")
    #expect(found.certificates == .init(authority: folder.path + "/contexts/tls/abc/docker/ca.pem", verifies: false))
  }

  @Test(
    "What cannot be used is refused with what to write instead",
    arguments: ["ssh://me@box", "npipe:////./pipe/x", "unix://relative", "tcp://", "tcp://h:99999", "/var/run/docker.sock", ""])
  func refused(address: String) throws {
    let error = #expect(throws: EngineError.self) { try EngineEndpoint(address, source: "DOCKER_HOST") }
    #expect(error?.kind == .badSettings)
    #expect(error?.message.contains("DOCKER_HOST") == true)
    #expect(error?.hints.isEmpty == false)
  }

  @Test("A context that is not there is named, with the nearest that is")
  func contextMissing() throws {
    let folder = try TemporaryFolder()
    try folder.write("contexts/meta/abc/meta.json", #"{"Name":"training","Endpoints":{"docker":{"Host":"unix:///x"}}}"#)
    let error = #expect(throws: EngineError.self) { try Self.search(["DOCKER_CONFIG": folder.path]).find(context: "trainin") }
    #expect(error?.message.contains("'trainin'") == true)
    #expect(error?.hints.first == "did you mean 'training'?")
  }

  @Test("A damaged config.json is named, not passed over")
  func damaged() throws {
    let folder = try TemporaryFolder()
    try folder.write("config.json", "{")
    let error = #expect(throws: EngineError.self) { try Self.search(["DOCKER_CONFIG": folder.path]).find() }
    #expect(error?.message.contains("config.json") == true)
  }
}
