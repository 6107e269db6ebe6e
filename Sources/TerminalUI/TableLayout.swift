/// Which columns are shown, and how wide.
struct TableLayout {
  let columns: [Table.Column]
  /// Widths at which nothing would be cut.
  let natural: [Int]
  private static let gap = 2

  /// One width a column; nil for a column that is left out.
  ///
  /// Cells are cut down to their columns' minimum first; when that is not enough, the column of the highest rank goes, and the rest gets its room.
  func widths(fitting available: Int?) -> [Int?] {
    var widths: [Int?] = natural
    guard let available else { return widths }
    while total(widths.indices.map { widths[$0] == nil ? nil : floor($0) }) > available, let victim = leastWanted(widths) {
      widths[victim] = nil
    }
    while total(widths) > available, let widest = widestAboveFloor(widths), let width = widths[widest] {
      widths[widest] = width - 1
    }
    // Not even the minimum fits: what can be cut at all is cut further, for a line that breaks is worse.
    while total(widths) > available, let widest = widest(widths), let width = widths[widest] { widths[widest] = width - 1 }
    return widths
  }

  private func floor(_ index: Int) -> Int { min(natural[index], columns[index].minimum) }

  private func total(_ widths: [Int?]) -> Int {
    let shown = widths.compactMap(\.self)
    return shown.reduce(0, +) + Self.gap * max(0, shown.count - 1)
  }

  private func leastWanted(_ widths: [Int?]) -> Int? {
    widths.indices.filter { widths[$0] != nil && columns[$0].rank > 0 }.max { columns[$0].rank < columns[$1].rank }
  }

  private func widestAboveFloor(_ widths: [Int?]) -> Int? {
    widths.indices.filter { (widths[$0] ?? 0) > floor($0) }.max { (widths[$0] ?? 0) < (widths[$1] ?? 0) }
  }

  private func widest(_ widths: [Int?]) -> Int? {
    widths.indices.filter { (widths[$0] ?? 0) > 3 && columns[$0].minimum < .max }.max { (widths[$0] ?? 0) < (widths[$1] ?? 0) }
  }
}
