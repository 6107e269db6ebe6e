import Basics
import FoundationEssentials

/// One line that came in: what it is, and its bytes, of which whoever knows the method reads the rest.
public struct Message: Sendable {
  /// What a line is.
  public enum Kind: Sendable, Equatable {
    case request(MessageID, method: String)
    case notice(String)
    case result(MessageID)
    /// An error; without an id when the other side could not tell what it answers.
    case failure(MessageID?, WireFailure)
  }
  /// What it is.
  public let kind: Kind
  private let bytes: Data

  /// Reads a line.
  /// - Throws: ``NotAMessage``.
  public init(_ line: [UInt8]) throws(NotAMessage) {
    bytes = Data(line)
    let head: Head
    do { head = try JSON.decode(Head.self, from: bytes) } catch { throw NotAMessage(line, DecodingWords.describe(error)) }
    guard head.version == "2.0" else { throw NotAMessage(line, "it has no `\"jsonrpc\": \"2.0\"`") }
    switch (head.method, head.id, head.hasResult, head.error) {
    case (let method?, let id?, false, nil): kind = .request(id, method: method)
    case (let method?, nil, false, nil): kind = .notice(method)
    case (nil, let id?, true, nil): kind = .result(id)
    case (nil, let id, false, let error?): kind = .failure(id, error)
    default: throw NotAMessage(line, "it is neither a request, a notification, a result nor an error")
    }
  }

  private struct Head: Decodable {
    var version: String?
    var id: MessageID?
    var method: String?
    var hasResult: Bool
    var error: WireFailure?

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: FieldKey.self)
      version = try values.decodeIfPresent(String.self, forKey: "jsonrpc")
      id = try values.decodeIfPresent(MessageID.self, forKey: "id")
      method = try values.decodeIfPresent(String.self, forKey: "method")
      hasResult = values.contains("result")
      error = try values.decodeIfPresent(WireFailure.self, forKey: "error")
    }
  }

  /// The parameters of a request or notification.
  /// - Throws: `DecodingError`.
  public func parameters<Value: Decodable>(_ type: Value.Type) throws -> Value { try part("params", type) }

  /// What a request came to.
  /// - Throws: `DecodingError`.
  public func result<Value: Decodable>(_ type: Value.Type) throws -> Value { try part("result", type) }

  private func part<Value: Decodable>(_ key: FieldKey, _ type: Value.Type) throws -> Value {
    try JSON.decode(Part<Value>.self, from: bytes).values[key.stringValue] ?? JSON.decode(type, from: Data("{}".utf8))
  }

  /// The member of a line that carries something.
  private struct Part<Value: Decodable>: Decodable {
    var values: [String: Value] = [:]

    init(from decoder: any Decoder) throws {
      let members = try decoder.container(keyedBy: FieldKey.self)
      for key in ["params", "result"] as [FieldKey] where members.contains(key) {
        values[key.stringValue] = try members.decode(Value.self, forKey: key)
      }
    }
  }
}

/// A line that is none of the protocol's.
public struct NotAMessage: Error, Sendable, Equatable {
  /// The line's beginning, as text.
  public let beginning: String
  /// What is wrong with it.
  public let reason: String

  /// A line, and why it is none of the protocol's.
  public init(_ line: [UInt8], _ reason: String) {
    beginning = String(decoding: line.prefix(200), as: UTF8.self)
    self.reason = reason
  }
}
