/// Any JSON value, for what has no type of its own: parameters, provider options.
///
/// Whole numbers stay whole (`int`); other numbers are doubles. Never used for money.
public enum JSONValue: Sendable, Hashable, Codable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Reads any JSON value.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .int(value)
    } else if let value = try? container.decode(Double.self) {
      self = .double(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// Writes the bare JSON value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .int(let value): try container.encode(value)
    case .double(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }

  /// The member of an object; nil for anything else.
  public subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members[key]
  }

  /// The text of a string; nil for anything else.
  public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
  /// The value of a whole number; nil for anything else.
  public var intValue: Int64? { if case .int(let value) = self { value } else { nil } }
  /// The value of a boolean; nil for anything else.
  public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The elements of an array; nil for anything else.
  public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  /// The members of an object; nil for anything else.
  public var objectValue: [String: JSONValue]? { if case .object(let value) = self { value } else { nil } }

  /// The value as a command line or environment variable would carry it: a string without quotes, a list joined by commas.
  public var plainText: String {
    switch self {
    case .null: ""
    case .bool(let value): value ? "true" : "false"
    case .int(let value): "\(value)"
    case .double(let value): "\(value)"
    case .string(let value): value
    case .array(let values): values.map(\.plainText).joined(separator: ",")
    case .object(let members): members.keys.sorted().map { "\($0)=\(members[$0]?.plainText ?? "")" }.joined(separator: ",")
    }
  }
}
