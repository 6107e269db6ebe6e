import Basics
import HTTPDirect
import HTTPTransport
import RunPilotTesting
import Testing

@Suite("Raw streams")
struct UpgradeTests {
  private let transport = DirectTransport(environment: [:])

  @Test("a raw stream begins with what came together with the answer, and ends with it")
  func upgrade() async throws {
    let server = try await PythonServer(.unix)
    guard case .stream(let stream) = try await transport.upgrade(HTTPRequest("POST", server.unix, "/upgrade"), to: "tcp") else {
      Issue.record("no stream")
      return
    }
    let bytes = try await BackgroundThread.run { () -> [UInt8] in
      var bytes: [UInt8] = []
      var buffer = [UInt8](repeating: 0, count: 3)
      while let count = try? buffer.withUnsafeMutableBytes({ try stream.read(into: $0) }), count > 0 { bytes += buffer[0..<count] }
      return bytes
    }
    #expect(String(decoding: bytes, as: UTF8.self) == "early and late")
    guard case .refused(let head, let body) = try await transport.upgrade(HTTPRequest("POST", server.unix, "/no"), to: "tcp") else {
      Issue.record("not refused")
      return
    }
    #expect(head.status == 404 && String(decoding: body, as: UTF8.self) == "no such page")
  }
}
