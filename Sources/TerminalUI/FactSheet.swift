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
  public func text(_ terminal: TerminalFacts) -> String {
    let column = (facts.map { TextWidth.columns($0.name) }.max() ?? 0) + 2
    let painter = Painter(terminal)
    let room = terminal.columns.map { max(20, $0 - column) }
    var text = ""
    for fact in facts {
      let lines = fact.lines.flatMap { cell in Fitting.wrap(cell.text, columns: room).map { painter.paint($0, cell.style) } }
      for (index, line) in lines.enumerated() {
        let name = index == 0 ? painter.paint(fact.name, .dim) : ""
        let gap = column - (index == 0 ? TextWidth.columns(fact.name) : 0)
        text += name + (line.isEmpty ? "" : String(repeating: " ", count: gap) + line) + "\n"
      }
    }
    return text
  }
}
