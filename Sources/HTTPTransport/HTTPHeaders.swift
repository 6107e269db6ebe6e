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
    fields.filter { Self.isSame($0.name, name) }.map(\.value)
  }

  /// A field's value; several lines are joined by commas, as RFC 9110 reads them. Setting replaces all lines, nil removes them.
  public subscript(_ name: String) -> String? {
    get {
      var value: String?
      for field in fields where Self.isSame(field.name, name) { value = value.map { $0 + ", " + field.value } ?? field.value }
      return value
    }
    set {
      if fields.contains(where: { Self.isSame($0.name, name) }) { fields.removeAll { Self.isSame($0.name, name) } }
      if let newValue { add(name, newValue) }
    }
  }

  /// Names are ASCII.
  private static func isSame(_ left: String, _ right: String) -> Bool {
    let (left, right) = (left.utf8, right.utf8)
    guard left.count == right.count else { return false }
    return zip(left, right).allSatisfy { $0 == $1 || ($0 | 0x20 == $1 | 0x20 && (0x61...0x7A).contains($0 | 0x20)) }
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
