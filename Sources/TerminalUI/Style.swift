/// How a piece of text stands out; always besides words, never instead of them.
public enum Style: String, Sendable, CaseIterable {
  case bold, dim, red, green, yellow, blue, magenta, cyan

  /// Select Graphic Rendition parameter (ECMA-48, 8.3.117).
  fileprivate var code: Int {
    switch self {
    case .bold: 1
    case .dim: 2
    case .red: 31
    case .green: 32
    case .yellow: 33
    case .blue: 34
    case .magenta: 35
    case .cyan: 36
    }
  }
}

/// Colours text, or leaves it alone where colours are not wanted.
public struct Painter: Sendable {
  /// Whether colours are wanted.
  public let isEnabled: Bool

  /// A painter for one terminal.
  public init(_ terminal: TerminalFacts) { isEnabled = terminal.usesColour }

  /// `text` in `style`.
  public func paint(_ text: String, _ style: Style?) -> String {
    guard isEnabled, let style, !text.isEmpty else { return text }
    return "\u{1B}[\(style.code)m\(text)\u{1B}[0m"
  }
}

/// A piece of text and how it stands out.
public struct Cell: Sendable, Equatable, ExpressibleByStringLiteral {
  /// Printable text.
  public var text: String
  /// How it stands out.
  public var style: Style?

  /// A cell; `text` is made printable.
  public init(_ text: String, _ style: Style? = nil) {
    self.text = Printable.line(text)
    self.style = style
  }

  /// A plain cell.
  public init(stringLiteral value: String) { self.init(value) }
}
