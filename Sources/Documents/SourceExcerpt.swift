/// One line of a text and a caret under one of its characters, fit for a terminal.
///
/// Tabs become spaces, control characters a visible mark, and of a very long line only the part around the caret is shown.
public struct SourceExcerpt: Sendable, Equatable {
  /// The most columns of the source that are shown.
  public static let width = 120

  /// The line as shown.
  public let line: String
  /// The line under it: spaces and a caret.
  public let caret: String

  /// An excerpt of `line` that points at `position.column`, or just behind the line's end.
  public init(line: String, position: SourcePosition) {
    let cells = Self.cells(of: line)
    let target = min(max(position.column - 1, 0), cells.count)
    let before = cells[..<target].reduce(0) { $0 + $1.width }
    let window = Self.window(around: target, in: cells, before: before)
    let number = "\(position.line)"
    let gutter = String(repeating: " ", count: number.count)
    let shown = cells[window].map(\.text).joined()
    let lead = window.lowerBound > 0 ? "…" : ""
    let trail = window.upperBound < cells.count ? "…" : ""
    let offset = cells[window.lowerBound..<target].reduce(0) { $0 + $1.width } + lead.count
    self.line = "  \(number) | \(lead)\(shown)\(trail)"
    caret = "  \(gutter) | \(String(repeating: " ", count: offset))^"
  }

  /// One scalar as shown, and how many columns it takes.
  private struct Cell {
    let text: String
    let width: Int
  }

  private static func cells(of line: String) -> [Cell] {
    var column = 0
    return line.unicodeScalars.map { scalar in
      let cell = cell(of: scalar, column: column)
      column += cell.width
      return cell
    }
  }

  private static func cell(of scalar: Unicode.Scalar, column: Int) -> Cell {
    if scalar == "\t" {
      let width = 4 - column % 4
      return Cell(text: String(repeating: " ", count: width), width: width)
    }
    switch scalar.properties.generalCategory {
    case .control, .surrogate, .lineSeparator, .paragraphSeparator, .format: return Cell(text: "\u{FFFD}", width: 1)
    case .nonspacingMark, .enclosingMark: return Cell(text: String(scalar), width: 0)
    default: return Cell(text: String(scalar), width: isWide(scalar) ? 2 : 1)
    }
  }

  /// Terminals give East Asian letters and emoji two columns.
  private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
      0x20000...0x3FFFD:
      true
    default: scalar.properties.isEmojiPresentation
    }
  }

  /// The cells to show: all, or those around the target.
  private static func window(around target: Int, in cells: [Cell], before: Int) -> Range<Int> {
    let total = cells.reduce(0) { $0 + $1.width }
    guard total > width else { return 0..<cells.count }
    var first = target
    var last = target
    var used = 0
    // Two thirds before the caret: what led to the error is to its left.
    while first > 0, used + cells[first - 1].width <= width * 2 / 3 {
      first -= 1
      used += cells[first].width
    }
    while last < cells.count, used + cells[last].width <= width {
      used += cells[last].width
      last += 1
    }
    while first > 0, used + cells[first - 1].width <= width {
      first -= 1
      used += cells[first].width
    }
    return first..<last
  }
}
