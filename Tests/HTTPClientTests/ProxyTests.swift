import Basics
import HTTPTransport
import RunPilotTesting
import Testing

@testable import HTTPClient

@Suite("Proxies")
struct ProxyTests {
  private static let everywhere = ["https_proxy": "https", "http_proxy": "http"]
  private static func http(_ host: String, _ port: UInt16 = 80) -> HTTPOrigin { .http(host: host, port: port) }
  private static func https(_ host: String, _ port: UInt16 = 443) -> HTTPOrigin { .https(host: host, port: port) }

  @Test(
    "who is asked through which proxy",
    arguments: [
      ([:], https("a.test"), nil), (everywhere, https("a.test"), "https"), (everywhere, http("a.test"), "http"),
      (["HTTPS_PROXY": "up"], https("a.test"), "up"), (["HTTPS_PROXY": "up", "https_proxy": "low"], https("a.test"), "low"),
      (["HTTP_PROXY": "up"], http("a.test"), nil), (["ALL_PROXY": "all"], http("a.test"), "all"),
      (["all_proxy": "all", "https_proxy": ""], https("a.test"), "all"), (everywhere, http("localhost"), nil),
      (everywhere, http("x.localhost"), nil), (everywhere, http("127.0.0.9"), nil), (everywhere, http("::1"), nil),
      (everywhere, http("169.254.169.254"), nil), (everywhere, http("fe80::1"), nil), (everywhere, http("10.0.0.1"), "http"),
      (everywhere, .unix(path: "/s"), nil),
    ] as [([String: String], HTTPOrigin, String?)])
  func choice(environment: [String: String], origin: HTTPOrigin, proxy: String?) {
    #expect(ProxyRules(environment).proxy(for: origin) == proxy)
  }

  @Test(
    "exceptions",
    arguments: [
      ("*", https("a.test"), true), ("a.test", https("a.test"), true), ("a.test", https("b.a.test"), true),
      (".a.test", https("b.a.test"), true), (".a.test", https("a.test"), true), ("*.a.test", https("b.a.test"), true),
      ("a.test", https("ba.test"), false), ("A.Test", https("a.TEST"), true), ("b.test, a.test", https("a.test"), true),
      ("a.test:443", https("a.test"), true), ("a.test:444", https("a.test"), false), ("10.0.0.0/8", https("10.1.2.3"), true),
      ("10.0.0.0/8", https("11.1.2.3"), false), ("10.0.0.7", https("10.0.0.7"), true), ("10.0.0.7", https("10.0.0.77"), false),
      ("192.168.0.0/23", https("192.168.1.9"), true), ("192.168.0.0/23", https("192.168.2.9"), false),
      ("fd00::/8", https("fdab::1"), true), ("fd00::/8", https("fe00::1"), false), ("0.0.0.0/0", https("a.test"), false),
      ("", https("a.test"), false), (",,", https("a.test"), false), ("10.0.0.0/99", https("10.0.0.1"), false),
    ])
  func exceptions(list: String, origin: HTTPOrigin, isDirect: Bool) {
    #expect((ProxyRules(["https_proxy": "p", "no_proxy": list]).proxy(for: origin) == nil) == isDirect)
  }

  @Test("a tunnel leads to a server that only the proxy knows, and the server still proves its name")
  func tunnel() async throws {
    let proxy = try await PythonServer(.tcp)
    let server = try await PythonServer(.tls(name: "DNS:far.test", wantsClient: false))
    let environment = [
      "HTTPS_PROXY": "http://user:hush@127.0.0.1:\(proxy.port)", "SSL_CERT_FILE": server.folder.path + "/ca.pem",
    ]
    let client = HTTPClient(environment: environment)
    for _ in 0..<3 {
      let response = try await client.send(HTTPRequest("GET", .https(host: "far.test", port: server.port), "/target"))
      #expect(response.head.status == 200 && response.head.headers["X-Connection"] != nil)
      #expect(try await response.body.collect() == Array("/target".utf8))
    }
    // One tunnel for three requests; "user:hush" in base64.
    #expect(try Files.readText(proxy.folder.path + "/connects") == "far.test:\(server.port) Basic dXNlcjpodXNo\n")
    let other = HTTPOrigin.https(host: "other.test", port: server.port)
    #expect(await httpFailure { _ = try await client.send(HTTPRequest("GET", other, "/target")) } == .tls)
  }

  @Test("a plain request goes through as a whole, and past the proxy where that is excepted")
  func plain() async throws {
    let server = try await PythonServer(.tcp)
    let environment = ["http_proxy": "http://u:p@127.0.0.1:\(server.port)", "NO_PROXY": "near.test"]
    let client = HTTPClient(environment: environment)
    let origin = HTTPOrigin.http(host: "far.test", port: 81)
    let body = try await client.send(HTTPRequest("GET", origin, "/a/../b?c=%20")).body.collect()
    #expect(String(decoding: body, as: UTF8.self) == "http://far.test:81/a/../b?c=%20 Basic dTpw")
    #expect(await httpFailure { _ = try await client.send(HTTPRequest("GET", .http(host: "near.test", port: 81), "/")) } == .nameUnknown)
    #expect(try await client.send(HTTPRequest("GET", server.http, "/target")).body.collect() == Array("/target".utf8))
  }

  @Test("a proxy that refuses, or is not there, is told apart from the server")
  func refusing() async throws {
    let proxy = try await PythonServer(.tcp)
    let environment = ["HTTPS_PROXY": "http://user:hush@127.0.0.1:\(proxy.port)", "http_proxy": "http://user:hush@127.0.0.1:1"]
    let client = HTTPClient(environment: environment)
    for origin in [HTTPOrigin.https(host: "forbidden.test", port: 443), .http(host: "a.test", port: 80)] {
      do {
        _ = try await client.send(HTTPRequest("POST", origin, "/"))
        Issue.record("a request went through a proxy that does not let it")
      } catch {
        #expect(!error.mayHaveArrived && !"\(error) \(error.hints)".contains("hush"))
        #expect(error.message.contains("proxy"), "\(error)")
        #expect(error.kind == (origin == .http(host: "a.test", port: 80) ? .refused : .unreachable), "\(error)")
      }
    }
  }
}
