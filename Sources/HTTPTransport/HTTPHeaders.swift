import Basics

/// Header fields in the order they were added; names are compared without regard to case (RFC 9110, section 5.1).
///
/// Values may be credentials, so printing and `dump` show names only.
public struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  /// One field line.
  public struct Field: Sendable, Equatable {
    /// As written.
    public let name: String
    /// Without white space at its ends.
    public let value: String
  }

  /// Every field line, in order.
  public private(set) var fields: [Field] = []

  /// No field.
  public init() {}

  /// The fields of a literal, in order.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { add(name, value) }
  }

  /// Adds a field line after those that are there.
  public mutating func add(_ name: String, _ value: String) { fields.append(Field(name: name, value: value)) }

  /// Every value of a field, line by line.
  public func values(of name: String) -> [String] {
    let name = name.lowercased()
    return fields.filter { $0.name.lowercased() == name }.map(\.value)
  }

  /// A field's value; several lines are joined by commas, as RFC 9110 reads them. Setting replaces all lines, nil removes them.
  public subscript(_ name: String) -> String? {
    get {
      let values = values(of: name)
      return values.isEmpty ? nil : values.joined(separator: ", ")
    }
    set {
      let lower = name.lowercased()
      fields.removeAll { $0.name.lowercased() == lower }
      if let newValue { add(name, newValue) }
    }
  }

  /// The elements of a field that is a comma-separated list of words, in lower case.
  public func words(of name: String) -> [String] {
    values(of: name).flatMap { $0.split(separator: ",") }.map { $0.trimmed().lowercased() }
  }
}

extension HTTPHeaders: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The names alone.
  public var description: String { "[" + fields.map(\.name).joined(separator: ", ") + "]" }
  /// The names alone.
  public var debugDescription: String { description }
  /// Shows no children to `dump`.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension HTTPHeaders.Field: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The name alone.
  public var description: String { name }
  /// The name alone.
  public var debugDescription: String { name }
  /// Shows no children to `dump`.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
