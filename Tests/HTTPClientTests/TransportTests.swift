import Basics
import HTTPTransport
import RunPilotTesting
import Synchronization
import Testing

private func text(_ response: HTTPResponse) async throws -> String {
  String(decoding: try await response.body.collect(limit: 64 << 20), as: UTF8.self)
}

@Suite("HTTP with a real server, over each transport")
struct TransportTests {
  @Test("plain answers, and one connection for several of them", arguments: TransportKind.allCases)
  func plain(kind: TransportKind) async throws {
    let transport = kind.make()
    let server = try await PythonServer(.unix)
    var connections: Set<String> = []
    for index in 0..<5 {
      let response = try await transport.send(HTTPRequest("GET", server.unix, "/target?n=\(index)"))
      #expect(response.head.status == 200)
      connections.insert(response.head.headers["x-connection"] ?? "none")
      #expect(try await text(response) == "/target?n=\(index)")
    }
    #expect(connections.count == 1)
    let missing = try await transport.send(HTTPRequest("GET", server.unix, "/nothing"))
    #expect(missing.head.status == 404)
    #expect(try await text(missing) == "no such page")
  }

  @Test("every framing of answers", arguments: TransportKind.allCases)
  func framings(kind: TransportKind) async throws {
    let transport = kind.make()
    let server = try await PythonServer(.tcp)
    let origin = HTTPOrigin.http(host: "localhost", port: server.port)
    for (path, body) in [
      ("/chunked", "piece 0\npiece 1\npiece 2\npiece 3\npiece 4\n"), ("/close", "to the end"), ("/interim", "real"), ("/hangup", "bye"),
      ("/target", "/target"),
    ] { #expect(try await text(transport.send(HTTPRequest("GET", origin, path))) == body) }
  }

  @Test("a connection that the server closed while it was idle is replaced", arguments: TransportKind.allCases)
  func stale(kind: TransportKind) async throws {
    let transport = kind.make()
    let server = try await PythonServer(.unix)
    for _ in 0..<20 { #expect(try await text(transport.send(HTTPRequest("GET", server.unix, "/hangup"))) == "bye") }
  }

  @Test(
    "a kept connection that fails without an answer is replaced for what may be repeated, and only for that",
    arguments: TransportKind.allCases)
  func repeating(kind: TransportKind) async throws {
    let transport = kind.make()
    let server = try await PythonServer(.unix)
    for _ in 0..<3 { #expect(try await text(transport.send(HTTPRequest("GET", server.unix, "/shy"))) == "once") }
    #expect(try await text(transport.send(HTTPRequest("DELETE", server.unix, "/shy"))) == "once")
    #expect(await httpFailure { _ = try await transport.send(HTTPRequest("POST", server.unix, "/shy")) } == .closed)
  }

  @Test("bodies go out whole: at once, in pieces with a length, in chunks", arguments: TransportKind.allCases)
  func sending(kind: TransportKind) async throws {
    let transport = kind.make()
    let server = try await PythonServer(.unix)
    let piece = [UInt8](repeating: 0x61, count: 100_000)
    let whole = Array(repeating: piece, count: 30).flatMap { $0 }
    for length in [Int64(3_000_000), nil] {
      let left = Mutex(30)
      let body = HTTPBody.stream(length: length) {
        left.withLock { left in
          left -= 1
          return left >= 0 ? piece : nil
        }
      }
      let response = try await transport.send(HTTPRequest("POST", server.unix, "/echo", body: body))
      #expect(try await response.body.collect() == whole)
    }
    let response = try await transport.send(HTTPRequest("PUT", server.unix, "/echo", body: .bytes(whole)))
    #expect(try await response.body.collect() == whole)
    let short = HTTPBody.stream(length: 5) { nil }
    await #expect(throws: HTTPError.self) { _ = try await transport.send(HTTPRequest("POST", server.unix, "/echo", body: short)) }
  }

  @Test("an answer that comes before the request was read is an answer", arguments: TransportKind.allCases)
  func early(kind: TransportKind) async throws {
    let transport = kind.make()
    let server = try await PythonServer(.tcp)
    let body = HTTPBody.bytes([UInt8](repeating: 1, count: 30 << 20))
    let response = try await transport.send(HTTPRequest("POST", server.http, "/early", body: body))
    #expect(response.head.status == 413)
    #expect(try await text(response) == "too large")
  }

  @Test("a large body arrives whole, however slowly it is read", arguments: TransportKind.allCases)
  func large(kind: TransportKind) async throws {
    let transport = kind.make()
    let server = try await PythonServer(.unix)
    let response = try await transport.send(HTTPRequest("GET", server.unix, "/big"))
    try await Task.sleep(for: .milliseconds(200))
    #expect(!Files.exists(server.folder.path + "/all-sent"), "what nobody reads was taken all the same")
    let body = try await response.body.collect(limit: 20 << 20)
    #expect(body.count == 20 << 20)
    let edges = (0..<320).flatMap { (piece: Int) -> [UInt8] in [body[piece << 16], body[(piece << 16) + 65_535]] }
    let expected = (0..<320).flatMap { (piece: Int) -> [UInt8] in [UInt8(piece % 256), UInt8(piece % 256)] }
    #expect(edges == expected)
    let again = try await transport.send(HTTPRequest("GET", server.unix, "/big"))
    await #expect(throws: HTTPError(.tooLarge, "an answer is longer than the 1000 bytes it may have", mayHaveArrived: true)) {
      _ = try await again.body.collect(limit: 1_000)
    }
  }

  @Test("a broken-off body is an error, never a short body", arguments: TransportKind.allCases)
  func half(kind: TransportKind) async throws {
    let transport = kind.make()
    let server = try await PythonServer(.unix)
    let response = try await transport.send(HTTPRequest("GET", server.unix, "/half"))
    #expect(await httpFailure { _ = try await response.body.collect() } == .closed)
  }

  @Test("patience ends: for the first byte, and between bytes", arguments: TransportKind.allCases)
  func patience(kind: TransportKind) async throws {
    let transport = kind.make()
    let server = try await PythonServer(.unix)
    var request = HTTPRequest("GET", server.unix, "/never", patience: HTTPPatience(firstByte: .milliseconds(100), idle: nil))
    #expect(await httpFailure { _ = try await transport.send(request) } == .timedOut)
    request = HTTPRequest("GET", server.unix, "/stall", patience: HTTPPatience(idle: .milliseconds(100)))
    let response = try await transport.send(request)
    #expect(await httpFailure { _ = try await response.body.collect() } == .timedOut)
  }

  @Test("cancelling the task ends the exchange at once", arguments: TransportKind.allCases)
  func cancelling(kind: TransportKind) async throws {
    let transport = kind.make()
    let server = try await PythonServer(.unix)
    let waiting = Task { try await transport.send(HTTPRequest("GET", server.unix, "/never", patience: .untilItHappens)) }
    try await Task.sleep(for: .milliseconds(50))
    waiting.cancel()
    #expect(await httpFailure { _ = try await waiting.value } == .cancelled)
    let response = try await transport.send(HTTPRequest("GET", server.unix, "/stall", patience: .untilItHappens))
    let reading = Task { try await response.body.collect() }
    try await Task.sleep(for: .milliseconds(50))
    reading.cancel()
    #expect(await httpFailure { _ = try await reading.value } == .cancelled)
  }

  @Test("the server notices when we give up, or let go of an answer", arguments: TransportKind.allCases)
  func noticing(kind: TransportKind) async throws {
    let transport = kind.make()
    let server = try await PythonServer(.unix)
    let response = try await transport.send(HTTPRequest("GET", server.unix, "/notice?1", patience: .untilItHappens))
    let reading = Task { try await response.body.collect() }
    reading.cancel()
    try await eventually { Files.exists(server.folder.path + "/gone-1") }
    _ = try await transport.send(HTTPRequest("GET", server.unix, "/notice?2", patience: .untilItHappens)).head
    try await eventually { Files.exists(server.folder.path + "/gone-2") }
  }

  @Test("a connection whose end was announced is not used again", arguments: TransportKind.allCases)
  func announced(kind: TransportKind) async throws {
    let transport = kind.make()
    let server = try await PythonServer(.unix)
    var connections: Set<String> = []
    for _ in 0..<3 {
      let response = try await transport.send(HTTPRequest("GET", server.unix, "/last"))
      _ = try await response.body.collect()
      connections.insert(response.head.headers["X-Connection"] ?? "")
    }
    #expect(connections.count == 3)
  }

  @Test("who does not listen is named", arguments: TransportKind.allCases)
  func nobody(kind: TransportKind) async throws {
    let transport = kind.make()
    let folder = try TemporaryFolder()
    #expect(
      await httpFailure { _ = try await transport.send(HTTPRequest("GET", .unix(path: folder.path + "/none"), "/")) } == .socketMissing)
    try folder.write("file", "no socket")
    #expect(await httpFailure { _ = try await transport.send(HTTPRequest("GET", .unix(path: folder.path + "/file"), "/")) } == .refused)
    let long = folder.path + "/" + String(repeating: "x", count: 120)
    #expect(await httpFailure { _ = try await transport.send(HTTPRequest("GET", .unix(path: long), "/")) } == .socketMissing)
    #expect(await httpFailure { _ = try await transport.send(HTTPRequest("GET", .http(host: "127.0.0.1", port: 1), "/")) } == .refused)
    let unknown = HTTPOrigin.http(host: "no-such-host.invalid", port: 80)
    #expect(await httpFailure { _ = try await transport.send(HTTPRequest("GET", unknown, "/")) } == .nameUnknown)
  }

  @Test("a header cannot smuggle in another, and no value is ever printed", arguments: TransportKind.allCases)
  func headers(kind: TransportKind) async throws {
    let transport = kind.make()
    let bad: [HTTPRequest] = [
      HTTPRequest("GET", .unix(path: "/x"), "/", headers: ["X": "a\r\nY: b"]),
      HTTPRequest("GET", .unix(path: "/x"), "/", headers: ["X Y": "a"]),
      HTTPRequest("GET", .unix(path: "/x"), "/a b"), HTTPRequest("GET", .unix(path: "/x"), "/a\r\nX: y"),
      HTTPRequest("GE T", .unix(path: "/x"), "/"), HTTPRequest("GET", .unix(path: "/x"), "/", headers: ["content-length": "3"]),
    ]
    for request in bad { #expect(await httpFailure { _ = try await transport.send(request) } == .invalidRequest) }
    let secret = HTTPRequest("GET", .unix(path: "/x"), "/a?signature=hush", headers: ["Authorization": "hush"])
    var shown = "\(secret) \(secret.headers) \(String(reflecting: secret)) \(String(reflecting: secret.headers.fields))"
    dump(secret.headers, to: &shown)
    #expect(!shown.contains("hush") && shown.contains("Authorization"))
  }
}
