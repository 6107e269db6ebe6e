/// A value of a document and where it stood.
public struct Node: Sendable {
  /// What a value can be. Scalars keep the text as it was written beside what it means.
  public enum Value: Sendable {
    case null(text: String)
    case bool(Bool, text: String)
    case int(Int64, text: String)
    case float(Double, text: String)
    /// Text; `quoted` when the file said by quotes (or a block) that it is text.
    case string(String, quoted: Bool)
    case dateTime(DocumentDateTime)
    case sequence([Node])
    case mapping(Mapping)
  }

  /// What it is.
  public var value: Value
  /// Where it begins.
  public var position: SourcePosition
  /// The text it stands in.
  public var source: SourceText

  /// A value at a place of a text.
  public init(_ value: Value, at position: SourcePosition, in source: SourceText) {
    self.value = value
    self.position = position
    self.source = source
  }

  /// A finding about this value.
  public func diagnostic(_ problem: String, hints: [String] = []) -> SourceDiagnostic {
    source.diagnostic(problem, at: position, hints: hints)
  }

  /// Whether the file says nothing here.
  public var isNull: Bool { if case .null = value { true } else { false } }

  /// A scalar's text as it was written (without quotes); nil for lists and mappings.
  public var scalarText: String? {
    switch value {
    case .null(let text), .bool(_, let text), .int(_, let text), .float(_, let text), .string(let text, _): text
    case .dateTime(let time): time.text
    case .sequence, .mapping: nil
    }
  }

  /// What it is, in words for messages: "a list", "the number 3".
  public var kindInWords: String {
    switch value {
    case .null: "nothing"
    case .bool(_, let text): "the boolean \(text)"
    case .int(_, let text), .float(_, let text): "the number \(text)"
    case .string(let text, _): text.count <= 40 ? "the text '\(text)'" : "a text"
    case .dateTime(let time): "the time \(time.text)"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

/// A time as TOML writes it. Kept as text: nothing here computes with it.
public struct DocumentDateTime: Sendable, Hashable {
  /// The four forms of TOML 1.0.
  public enum Kind: Sendable, Hashable { case offsetDateTime, localDateTime, localDate, localTime }
  /// Which form it has.
  public var kind: Kind
  /// The time with an upper-case `T` and `Z`.
  public var text: String

  /// A checked time.
  public init(kind: Kind, text: String) {
    self.kind = kind
    self.text = text
  }
}
