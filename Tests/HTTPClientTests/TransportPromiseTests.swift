import Basics
import Glibc
import HTTPTransport
import RunPilotTesting
import Testing

@Suite("Small print of HTTP, over each transport")
struct TransportPromiseTests {
  @Test("targets go out as they are", arguments: TransportKind.allCases)
  func targets(kind: TransportKind) async throws {
    let server = try await PythonServer(.tcp)
    let transport = kind.make()
    for suffix in [
      "?uploads", "?a=b+c&a=%2F", "?x=http://y/z", "?", "?q=a?b", "/../x", "/./y/..", "//z", "/%2e%2e/%2F", "/a;b=c,d", "/~'()*!@$&=:",
    ] {
      let response = try await transport.send(HTTPRequest("GET", server.http, "/headers" + suffix))
      let line = try await transport.send(HTTPRequest("GET", server.http, "/target?" + suffix)).body.collect()
      #expect(String(decoding: line, as: UTF8.self) == "/target?" + suffix)
      #expect(response.head.status == (suffix.hasPrefix("?") ? 200 : 404))
      _ = try await response.body.collect()
    }
  }

  @Test("headers go out as they are, and none is added", arguments: TransportKind.allCases)
  func headers(kind: TransportKind) async throws {
    let server = try await PythonServer(.tcp)
    let transport = kind.make()
    func seen(_ method: String, _ headers: HTTPHeaders, _ body: HTTPBody) async throws -> [String] {
      let request = HTTPRequest(method, server.http, "/headers", headers: headers, body: body)
      let text = String(decoding: try await transport.send(request).body.collect(), as: UTF8.self)
      return text.split(separator: "\n").map(String.init)
    }
    let host = "Host: 127.0.0.1:\(server.port)"
    #expect(try await seen("GET", ["X-Empty": "", "x-a": "1, 2"], .none) == [host, "X-Empty: ", "x-a: 1, 2"])
    #expect(try await seen("POST", [:], .none) == ["Content-Length: 0", host])
    #expect(try await seen("DELETE", [:], .none) == [host])
    #expect(try await seen("PUT", ["Content-Type": "text/x"], .bytes([1, 2])) == ["Content-Length: 2", "Content-Type: text/x", host])
    #expect(try await seen("PATCH", [:], .bytes(Array(repeating: 1, count: 2 << 20))) == ["Content-Length: 2097152", host])
  }

  @Test("a HEAD has no body, a redirect is not followed", arguments: TransportKind.allCases)
  func bodiless(kind: TransportKind) async throws {
    let server = try await PythonServer(.tcp)
    let transport = kind.make()
    let head = try await transport.send(HTTPRequest("HEAD", server.http, "/"))
    #expect(head.head.status == 200 && head.head.headers["content-length"] == "12")
    #expect(try await head.body.collect().isEmpty)
    let redirect = try await transport.send(HTTPRequest("GET", server.http, "/redirect"))
    #expect(redirect.head.status == 302 && redirect.head.headers["Location"] == "/target" && redirect.head.reason == "Found")
    #expect(try await redirect.body.collect().isEmpty)
  }

  @Test("what is no HTTP, and too much of it, is refused", arguments: TransportKind.allCases)
  func nonsense(kind: TransportKind) async throws {
    let server = try await PythonServer(.tcp)
    let transport = kind.make()
    #expect(await httpFailure { _ = try await transport.send(HTTPRequest("GET", server.http, "/nonsense")) } == .malformed)
    #expect(try await transport.send(HTTPRequest("GET", server.http, "/many?200")).head.headers.fields.count > 200)
    #expect(await httpFailure { _ = try await transport.send(HTTPRequest("GET", server.http, "/many?300")) } == .tooLarge)
  }

  @Test("the whole has an end, whatever its parts do", arguments: TransportKind.allCases)
  func whole(kind: TransportKind) async throws {
    let server = try await PythonServer(.tcp)
    let transport = kind.make()
    let patience = HTTPPatience(whole: .milliseconds(400))
    #expect(
      await httpFailure { _ = try await transport.send(HTTPRequest("GET", server.http, "/never", patience: patience)) } == .timedOut)
    let drip = try await transport.send(HTTPRequest("GET", server.http, "/drip", patience: patience))
    #expect(await httpFailure { _ = try await drip.body.collect() } == .timedOut)
  }

  @Test("an answer that comes in time is not late, however short the other limits are", arguments: TransportKind.allCases)
  func inTime(kind: TransportKind) async throws {
    let server = try await PythonServer(.tcp)
    let patience = HTTPPatience(connect: .seconds(10), firstByte: nil, idle: .milliseconds(150))
    let response = try await kind.make().send(HTTPRequest("GET", server.http, "/slow?0.5", patience: patience))
    #expect(try await response.body.collect() == Array("at last".utf8))
  }

  @Test("whether a failed request may have arrived is known", arguments: TransportKind.allCases)
  func arrival(kind: TransportKind) async throws {
    let server = try await PythonServer(.tcp)
    let deaf = try DeafPort()
    let transport = kind.make()
    let short = HTTPPatience(connect: .milliseconds(200), firstByte: .milliseconds(200))
    func arrival(_ origin: HTTPOrigin, _ target: String = "/") async -> (HTTPError.Kind, Bool)? {
      do {
        _ = try await transport.send(HTTPRequest("POST", origin, target, patience: short))
        return nil
      } catch { return (error.kind, error.mayHaveArrived) }
    }
    let cases: [(HTTPOrigin, String, HTTPError.Kind, Bool)] = [
      (.http(host: "127.0.0.1", port: 1), "/", .refused, false), (.unix(path: "/none"), "/", .socketMissing, false),
      (.http(host: "no-such-host.invalid", port: 80), "/", .nameUnknown, false),
      (.https(host: "127.0.0.1", port: deaf.port), "/", .timedOut, false),
      (.http(host: "127.0.0.1", port: deaf.port), "/", .timedOut, true),
      (server.http, "/never", .timedOut, true), (server.http, "/nonsense", .malformed, true), (server.http, "/a b", .invalidRequest, false),
    ]
    for (origin, target, kind, mayHaveArrived) in cases {
      let found = await arrival(origin, target)
      #expect(found?.0 == kind && found?.1 == mayHaveArrived, "\(origin)\(target): \(String(describing: found))")
    }
  }

  @Test("no error says what only the server may know", arguments: TransportKind.allCases)
  func secrets(kind: TransportKind) async throws {
    let server = try await PythonServer(.tcp)
    let transport = kind.make(environment: [
      "https_proxy": "http://user:hush@127.0.0.1:1", "SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt",
    ])
    let short = HTTPPatience(connect: .milliseconds(200), firstByte: .milliseconds(200), idle: .milliseconds(200))
    let origins: [HTTPOrigin] = [
      server.http, .https(host: "127.0.0.1", port: server.port), .http(host: "127.0.0.1", port: 1), .unix(path: "/none"),
      .https(host: "elsewhere.test", port: 443),
    ]
    var seen = 0
    for origin in origins {
      for path in ["/never", "/nonsense", "/half", "/stall", "/shy"] {
        let request = HTTPRequest("POST", origin, path + "?X-Signature=hush", headers: ["Authorization": "hush"], patience: short)
        do { _ = try await transport.send(request).body.collect() } catch {
          seen += 1
          let all = "\(error) \(error.hints) \(String(reflecting: error))"
          #expect(!all.contains("hush") && !all.contains("X-Signature"), "\(all)")
        }
      }
    }
    #expect(seen >= 20)
  }
}

/// A port that lets everybody connect and never says a word.
final class DeafPort: Sendable {
  let port: UInt16
  private let socket: Int32

  init() throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = socket
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) | listen(descriptor, 64) | getsockname(descriptor, $0, &length)
      }
    }
    guard code == 0 else { throw SystemError("listen on", "a port") }
    port = UInt16(bigEndian: address.sin_port)
  }

  deinit { close(socket) }
}
