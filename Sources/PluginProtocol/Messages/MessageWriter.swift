import Basics
import FoundationEssentials

/// Writes lines, each with its line feed.
public enum MessageWriter {
  /// A request. Every request of the host says how long it waits.
  /// - Throws: `EncodingError`, or ``MessageTooLong``.
  public static func request(_ id: MessageID, _ method: String, _ parameters: some Encodable, deadline: Duration? = nil) throws -> [UInt8] {
    try line(Request(id: id, method: method, parameters: Timed(parameters, deadline)))
  }

  /// A notification.
  /// - Throws: `EncodingError`, or ``MessageTooLong``.
  public static func notice(_ notice: PluginNotice, _ parameters: some Encodable) throws -> [UInt8] {
    try line(Request(id: nil, method: notice.rawValue, parameters: parameters))
  }

  /// A result.
  /// - Throws: `EncodingError`, or ``MessageTooLong``.
  public static func result(_ id: MessageID, _ result: some Encodable) throws -> [UInt8] {
    try line(Answer<_, WireFailure>(id: id, result: result, error: nil))
  }

  /// An error.
  /// - Throws: `EncodingError`, or ``MessageTooLong``.
  public static func failure(_ id: MessageID?, _ failure: WireFailure) throws -> [UInt8] {
    try line(Answer<JSONValue, _>(id: id, result: nil, error: failure))
  }

  private static func line(_ value: some Encodable) throws -> [UInt8] {
    var bytes = Array(try JSON.encode(value, compact: true))
    guard bytes.count <= PluginProtocol.longestLine else { throw MessageTooLong(bytes: bytes.count) }
    bytes.append(UInt8(ascii: "\n"))
    return bytes
  }

  private struct Request<Parameters: Encodable>: Encodable {
    var jsonrpc = "2.0"
    var id: MessageID?
    var method: String
    var parameters: Parameters

    enum CodingKeys: String, CodingKey {
      case jsonrpc, id, method
      case parameters = "params"
    }
  }

  private struct Answer<Result: Encodable, Failure: Encodable>: Encodable {
    var jsonrpc = "2.0"
    var id: MessageID?
    var result: Result?
    var error: Failure?
  }

  /// Parameters with the time that is left for the answer beside them.
  private struct Timed<Parameters: Encodable>: Encodable {
    let parameters: Parameters
    let deadline: Duration?

    init(_ parameters: Parameters, _ deadline: Duration?) {
      self.parameters = parameters
      self.deadline = deadline
    }

    func encode(to encoder: any Encoder) throws {
      try parameters.encode(to: encoder)
      guard let deadline else { return }
      var values = encoder.container(keyedBy: FieldKey.self)
      try values.encode(deadline.components.seconds * 1_000 + deadline.components.attoseconds / 1_000_000_000_000_000, forKey: "deadlineMs")
    }
  }
}

/// A message that does not fit into a line.
public struct MessageTooLong: Error, Sendable, Equatable {
  /// Its length.
  public let bytes: Int
}

/// No parameters, and no result.
public struct Nothing: Codable, Sendable, Equatable {
  /// An empty object.
  public init() {}
}
