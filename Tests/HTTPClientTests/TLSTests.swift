import HTTPTransport
import RunPilotTesting
import Testing

@Suite("TLS with a real server, over each transport")
struct TLSTests {
  private func get(
    _ kind: TransportKind, _ server: PythonServer, host: String = "localhost", _ tls: TLSConfiguration, environment: [String: String] = [:]
  )
    async throws -> String
  {
    let transport = kind.make(tls, environment: environment)
    let response = try await transport.send(HTTPRequest("GET", .https(host: host, port: server.port), "/target"))
    return String(decoding: try await response.body.collect(), as: UTF8.self)
  }

  private func trusting(_ file: String) -> TLSConfiguration {
    var tls = TLSConfiguration()
    tls.authorities = file
    return tls
  }

  @Test("a server with the right name and a trusted certificate is believed, any other is not", arguments: TransportKind.allCases)
  func verification(kind: TransportKind) async throws {
    let server = try await PythonServer(.tls(name: "DNS:localhost", wantsClient: false))
    let ours = server.folder.path + "/ca.pem"
    #expect(try await get(kind, server, trusting(ours)) == "/target")
    #expect(try await get(kind, server, TLSConfiguration(), environment: ["SSL_CERT_FILE": ours]) == "/target")
    #expect(await httpFailure { _ = try await get(kind, server, trusting(server.folder.path + "/other.pem")) } == .tls)
    #expect(await httpFailure { _ = try await get(kind, server, host: "127.0.0.1", trusting(ours)) } == .tls)
    #expect(await httpFailure { _ = try await get(kind, server, trusting(server.folder.path + "/none.pem")) } == .tls)
    var careless = TLSConfiguration()
    careless.verifies = false
    #expect(try await get(kind, server, careless) == "/target")
  }

  @Test("why a server is not believed is said", arguments: TransportKind.allCases)
  func reasons(kind: TransportKind) async throws {
    let server = try await PythonServer(.tls(name: "DNS:elsewhere.test", wantsClient: false))
    do {
      _ = try await get(kind, server, trusting(server.folder.path + "/ca.pem"))
      Issue.record("a certificate for another name was taken")
    } catch let error as HTTPError {
      #expect(error.message.contains("ostname mismatch") || error.message.contains("subject name"), "\(error.message)")
      #expect(!error.mayHaveArrived)
    }
  }

  @Test("an address is verified as an address", arguments: TransportKind.allCases)
  func addresses(kind: TransportKind) async throws {
    let server = try await PythonServer(.tls(name: "IP:127.0.0.1", wantsClient: false))
    #expect(try await get(kind, server, host: "127.0.0.1", trusting(server.folder.path + "/ca.pem")) == "/target")
  }

  @Test("a server that wants to know us gets our certificate, and refuses us without", arguments: TransportKind.allCases)
  func clientCertificate(kind: TransportKind) async throws {
    let server = try await PythonServer(.tls(name: "DNS:localhost", wantsClient: true))
    var tls = trusting(server.folder.path + "/ca.pem")
    #expect(await httpFailure { _ = try await get(kind, server, tls) } != nil)
    tls.certificate = server.folder.path + "/client.pem"
    tls.privateKey = server.folder.path + "/client.key"
    #expect(try await get(kind, server, tls) == "/target")
    tls.privateKey = server.folder.path + "/server.key"
    #expect(await httpFailure { _ = try await get(kind, server, tls) } == .tls)
  }

  @Test("a server without TLS is told apart from a bad one", arguments: TransportKind.allCases)
  func plain(kind: TransportKind) async throws {
    let server = try await PythonServer(.tcp)
    #expect(
      await httpFailure {
        _ = try await get(kind, server, TLSConfiguration(), environment: ["SSL_CERT_FILE": "/etc/ssl/certs/ca-certificates.crt"])
      }
        == .tls)
  }

  @Test("much goes through in both directions", arguments: TransportKind.allCases)
  func bulk(kind: TransportKind) async throws {
    let server = try await PythonServer(.tls(name: "DNS:localhost", wantsClient: false))
    let transport = kind.make(trusting(server.folder.path + "/ca.pem"))
    let sent = (0..<(5 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let origin = HTTPOrigin.https(host: "localhost", port: server.port)
    let response = try await transport.send(HTTPRequest("POST", origin, "/echo", body: .bytes(sent)))
    #expect(try await response.body.collect() == sent)
  }
}
