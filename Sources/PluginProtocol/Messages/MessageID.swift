import Basics

/// What a request is known by: the host counts, a plugin may also use words.
public enum MessageID: Sendable, Hashable, Codable, CustomStringConvertible {
  case number(Int64)
  case text(String)

  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let number = try? value.decode(Int64.self) { self = .number(number) } else { self = .text(try value.decode(String.self)) }
  }

  /// As the bare number or text.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .number(let number): try value.encode(number)
    case .text(let text): try value.encode(text)
    }
  }

  /// As it is written in JSON.
  public var description: String {
    switch self {
    case .number(let number): "\(number)"
    case .text(let text): "\"\(text)\""
    }
  }
}
