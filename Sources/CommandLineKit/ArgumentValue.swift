/// A value that can be typed on a command line.
public protocol ArgumentValue: Sendable {
  /// Reads one typed word; nil when it is not such a value.
  init?(argument: String)
  /// As it would be typed; shown as the default in help.
  var argumentText: String { get }
  /// What a good value looks like, to end the sentence "expected …".
  static var expectation: String { get }
  /// All there is to choose from; empty when the set is open.
  static var choices: [String] { get }
}

extension ArgumentValue {
  /// An open set.
  public static var choices: [String] { [] }
}

extension ArgumentValue where Self: CustomStringConvertible {
  /// The value's description.
  public var argumentText: String { description }
}

extension String: ArgumentValue {
  /// Any word is a string.
  public init?(argument: String) { self = argument }
  /// "a text".
  public static var expectation: String { "a text" }
}

extension Int: ArgumentValue {
  /// Reads a decimal number with an optional sign.
  public init?(argument: String) { self.init(argument) }
  /// "a whole number".
  public static var expectation: String { "a whole number" }
}

extension Double: ArgumentValue {
  /// Reads a finite number.
  public init?(argument: String) {
    guard let value = Double(argument), value.isFinite else { return nil }
    self = value
  }
  /// "a number".
  public static var expectation: String { "a number" }
}

/// An enumeration whose raw values are what is typed.
///
/// A type of its own name rather than a blanket extension, so that only enumerations meant for the command line can be typed there.
public protocol ArgumentChoice: ArgumentValue, CaseIterable, RawRepresentable where RawValue == String {}

extension ArgumentChoice {
  /// Reads one of the raw values, exactly.
  public init?(argument: String) { self.init(rawValue: argument) }
  /// The raw value.
  public var argumentText: String { rawValue }
  /// "one of a, b, c".
  public static var expectation: String { "one of " + choices.joined(separator: ", ") }
  /// Every raw value, in the order of declaration.
  public static var choices: [String] { allCases.map(\.rawValue) }
}
