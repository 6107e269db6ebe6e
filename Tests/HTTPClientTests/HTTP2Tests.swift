import Basics
import FoundationEssentials
import Glibc
import HTTPClient
import HTTPTransport
import RunPilotTesting
import Testing

/// nghttpd, nghttp2's own server, which speaks HTTP/2 and nothing else.
private final class HTTP2Server {
  let folder: TemporaryFolder
  let port: UInt16
  private let program: Program

  init() async throws {
    folder = try TemporaryFolder()
    let environment = ["PATH": "/usr/sbin:/usr/bin:/bin", "HOME": folder.path]
    let made = try await Program(
      [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
        "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem",
      ], environment: environment, workingFolder: folder.path
    ).wait()
    try #require(made.exitCode == 0, "no certificate: \(made.stderr)")
    port = try FreePort.find()
    program = try Program(
      ["nghttpd", "--verbose", "--htdocs", folder.path, "--echo-upload", "\(port)", "key.pem", "cert.pem"], environment: environment,
      workingFolder: folder.path)
    let port = port
    try await eventually { FreePort.answers(port) }
  }

  var origin: HTTPOrigin { .https(host: "localhost", port: port) }

  /// Ends it.
  /// - Returns: how many connections carried requests.
  func stop() async throws -> Int {
    program.kill(SIGTERM)
    let lines = try await program.wait().stdout.split(separator: "\n").filter { $0.contains("recv HEADERS frame") }
    return Set(lines.compactMap { $0.split(separator: "]").first }).count
  }
}

@Suite("HTTP/2 with a real server")
struct HTTP2Tests {
  private func client(_ server: HTTP2Server) -> HTTPClient {
    HTTPClient(environment: ["SSL_CERT_FILE": server.folder.path + "/cert.pem"])
  }

  @Test("one connection carries many exchanges at the same time")
  func shared() async throws {
    let server = try await HTTP2Server()
    try server.folder.write("small", "hello")
    let client = client(server)
    let first = try await client.send(HTTPRequest("GET", server.origin, "/small"))
    #expect(first.head.status == 200 && first.head.headers["server"]?.hasPrefix("nghttpd") == true)
    #expect(try await first.body.collect() == Array("hello".utf8))
    let origin = server.origin
    let bodies = try await withThrowingTaskGroup { group in
      for _ in 0..<300 { group.addTask { try await client.send(HTTPRequest("GET", origin, "/small")).body.collect() } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(bodies.count == 300 && bodies.allSatisfy { $0 == Array("hello".utf8) })
    #expect(try await server.stop() == 1)
  }

  @Test("bodies go both ways whole, also while an answer waits for its reader")
  func bodies() async throws {
    let server = try await HTTP2Server()
    let bytes = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 5) }
    try Files.writeAtomically(bytes, to: server.folder.path + "/large")
    let client = client(server)
    let unread = try await client.send(HTTPRequest("GET", server.origin, "/large"))
    for body in [HTTPBody.bytes(bytes), .file(try HTTPFile(opening: server.folder.path + "/large"), offset: 0, length: 8 << 20)] {
      let echo = try await client.send(HTTPRequest("PUT", server.origin, "/x", body: body))
      #expect(try await echo.body.collect() == bytes)
    }
    #expect(try await unread.body.collect() == bytes)
    _ = try await server.stop()
  }
}

/// Ports for servers that cannot choose one themselves.
enum FreePort {
  static func find() throws -> UInt16 { try DeafPort().port }

  static func answers(_ port: UInt16) -> Bool {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = port.bigEndian
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 }
    }
  }
}
