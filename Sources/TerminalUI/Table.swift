/// Rows under headings that fit the width of a terminal.
public struct Table: Sendable {
  /// A column, and what may be done to it when room is short.
  public struct Column: Sendable {
    /// The heading.
    public var title: String
    /// Numbers stand to the right.
    public var alignsRight: Bool
    /// 0 is never left out; of the others the highest goes first.
    public var rank: Int
    /// It is not cut shorter than this.
    public var minimum: Int
    /// Where its cells are cut.
    public var cut: Fitting.Cut

    /// A column; unless `minimum` is given, its cells are never cut.
    public init(_ title: String, alignsRight: Bool = false, rank: Int = 0, minimum: Int = .max, cut: Fitting.Cut = .end) {
      self.title = title
      self.alignsRight = alignsRight
      self.rank = rank
      self.minimum = minimum
      self.cut = cut
    }
  }

  private let columns: [Column]
  private let rows: [[Cell]]

  /// A table; each row has a cell for every column.
  public init(_ columns: [Column], rows: [[Cell]]) {
    self.columns = columns
    self.rows = rows
  }

  /// The table for a terminal: a line of headings and a line a row, each with a line feed. Without a width nothing is cut or left out.
  public func text(_ terminal: TerminalFacts) -> String {
    let natural = columns.indices.map { index in
      rows.reduce(TextWidth.columns(columns[index].title)) { max($0, TextWidth.columns(cell($1, index).text)) }
    }
    let widths = TableLayout(columns: columns, natural: natural).widths(fitting: terminal.columns)
    let shown = columns.indices.filter { widths[$0] != nil }
    let painter = Painter(terminal)
    func line(_ cells: (Int) -> Cell) -> String {
      var line = ""
      for index in shown {
        let width = widths[index] ?? 0
        let cell = cells(index)
        let text = Fitting.truncate(cell.text, to: width, cut: columns[index].cut, unicode: terminal.usesUnicode)
        let padded =
          index == shown.last && !columns[index].alignsRight
          ? text : Fitting.pad(text, to: width, alignRight: columns[index].alignsRight)
        line += (line.isEmpty ? "" : "  ") + painter.paint(padded, cell.style)
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }
    return line { Cell(columns[$0].title, .bold) } + rows.map { row in line { cell(row, $0) } }.joined()
  }

  private func cell(_ row: [Cell], _ index: Int) -> Cell { index < row.count ? row[index] : "" }
}
