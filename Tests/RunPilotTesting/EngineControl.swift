import Basics
import FoundationEssentials
import HTTPDirect
import HTTPTransport

/// Talks JSON to the control address of a test service.
struct EngineControl: Sendable {
  private let origin: HTTPOrigin
  private let path: String
  private let transport = DirectTransport(environment: [:])

  /// - Parameter address: such as `http://127.0.0.1:20001/_faults`.
  init(_ address: String) throws {
    guard let url = URL(string: address), let host = url.host, let port = url.port.flatMap(UInt16.init) else {
      throw EngineRefusal(description: "'\(address)' is no address of a test service")
    }
    origin = .http(host: host, port: port)
    path = url.path
  }

  /// Sends a request and returns what was answered.
  /// - Throws: ``EngineRefusal`` for an answer other than 2xx.
  func callAsFunction(_ method: String, _ target: String = "", _ body: JSONValue? = nil) async throws -> JSONValue {
    let bytes = try body.map { HTTPBody.bytes(Array(try JSON.encode($0, compact: true))) } ?? HTTPBody.none
    let response = try await transport.send(HTTPRequest(method, origin, path + target, body: bytes))
    let answer = Data(try await response.body.collect())
    guard response.head.isSuccess else {
      throw EngineRefusal(description: "\(method) \(path + target): \(response.head.status) \(String(decoding: answer, as: UTF8.self))")
    }
    return try JSON.decode(JSONValue.self, from: answer)
  }

  /// A value for a query, percent-encoded.
  static func quoted(_ text: String) -> String {
    text.utf8.reduce(into: "") { quoted, byte in
      let letter = Character(UnicodeScalar(byte))
      if byte < 128, letter.isLetter || letter.isNumber {
        quoted.append(letter)
      } else {
        quoted += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
  }
}

/// A test service did not do what it was told.
struct EngineRefusal: Error, CustomStringConvertible {
  let description: String
}
