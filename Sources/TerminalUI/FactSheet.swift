/// Names and values below each other, the values in one column and broken at the width of the terminal.
public struct FactSheet: Sendable {
  /// One fact; several lines are shown below each other.
  public struct Fact: Sendable {
    /// Its name.
    public var name: String
    /// Its value, in lines.
    public var lines: [Cell]
  }

  private var facts: [Fact] = []

  /// No facts yet.
  public init() {}

  /// Adds a fact; nothing is added for nil or an empty text.
  public mutating func add(_ name: String, _ text: String?, _ style: Style? = nil) {
    guard let text, !text.isEmpty else { return }
    facts.append(Fact(name: name, lines: [Cell(text, style)]))
  }

  /// Adds a fact of several lines; nothing is added for none.
  public mutating func add(_ name: String, lines: [Cell]) {
    if !lines.isEmpty { facts.append(Fact(name: name, lines: lines)) }
  }

  /// The sheet, each line with a line feed.
  public func text(_ terminal: TerminalFacts) -> String { lines(terminal, columns: terminal.columns).map { $0.painted + "\n" }.joined() }

  /// Two sheets side by side when both have 70 columns or more, else the second below the first.
  public static func text(_ left: FactSheet, beside right: FactSheet, _ terminal: TerminalFacts) -> String {
    guard let columns = terminal.columns, columns >= 144, !right.facts.isEmpty else { return left.text(terminal) + right.text(terminal) }
    let half = (columns - 4) / 2
    let leftLines = left.lines(terminal, columns: half)
    let rightLines = right.lines(terminal, columns: half)
    // A path that is too long to be broken makes its column wider than its half; then there is no beside.
    guard let widest = (leftLines + rightLines).map(\.columns).max(), widest <= half else {
      return left.text(terminal) + right.text(terminal)
    }
    return (0..<max(leftLines.count, rightLines.count)).map { index in
      let start = index < leftLines.count ? leftLines[index] : Line(painted: "", columns: 0)
      guard index < rightLines.count else { return start.painted + "\n" }
      return start.painted + String(repeating: " ", count: half + 4 - start.columns) + rightLines[index].painted + "\n"
    }.joined()
  }

  /// A painted line and the columns it takes.
  private struct Line {
    let painted: String
    let columns: Int
  }

  private func lines(_ terminal: TerminalFacts, columns: Int?) -> [Line] {
    let column = (facts.map { TextWidth.columns($0.name) }.max() ?? 0) + 2
    let painter = Painter(terminal)
    let room = columns.map { max(20, $0 - column) }
    return facts.flatMap { fact in
      let pieces = fact.lines.flatMap { cell in Fitting.wrap(cell.text, columns: room).map { Cell($0, cell.style) } }
      return pieces.enumerated().map { index, piece in
        let name = index == 0 ? fact.name : ""
        let gap = String(repeating: " ", count: column - TextWidth.columns(name))
        return Line(
          painted: painter.paint(name, .dim) + gap + painter.paint(piece.text, piece.style),
          columns: column + TextWidth.columns(piece.text))
      }
    }
  }
}
