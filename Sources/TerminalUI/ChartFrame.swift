/// What stands around a chart's field: labels to the left, an axis below.
struct ChartFrame {
  let rows: Int
  let fieldColumns: Int
  private let across: ChartScale
  private let labels: [Int: String]
  private let labelColumns: Int
  private let unicode: Bool

  init(across: ChartScale, up: ChartScale, rows: Int, columns: Int, unicode: Bool) {
    self.rows = rows
    self.across = across
    self.unicode = unicode
    var labels: [Int: String] = [:]
    for tick in up.ticks(about: max(2, rows / 2)) {
      let row = rows - 1 - Int((up.position(tick) * Double(rows - 1)).rounded())
      if row >= 0, row < rows { labels[row] = NumberText.short(tick) }
    }
    self.labels = labels
    labelColumns = labels.values.map(\.count).max() ?? 1
    fieldColumns = max(10, columns - labelColumns - 2)
  }

  /// What stands before a row of the field.
  func label(row: Int) -> String {
    guard let label = labels[row] else { return String(repeating: " ", count: labelColumns) + (unicode ? " │" : " |") }
    return Fitting.pad(label, to: labelColumns, alignRight: true) + (unicode ? " ┤" : " +")
  }

  /// The axis, its numbers and its name.
  func footer(axisName: String) -> String {
    let margin = String(repeating: " ", count: labelColumns + 1)
    var axis = Array(repeating: Character(unicode ? "─" : "-"), count: fieldColumns)
    var numbers = Array(repeating: Character(" "), count: fieldColumns)
    var labels: [Range<Int>] = []
    for tick in across.ticks(about: max(2, fieldColumns / 12), whole: true) {
      let column = Int((across.position(tick) * Double(fieldColumns - 1)).rounded())
      guard column >= 0, column < fieldColumns else { continue }
      axis[column] = unicode ? "┬" : "+"
      let text = NumberText.short(tick, digits: 9)
      let start = min(max(0, column - text.count / 2), fieldColumns - text.count)
      guard start >= labels.last.map({ $0.upperBound + 1 }) ?? 0 else { continue }
      numbers.replaceSubrange(start..<(start + text.count), with: text)
      labels.append(start..<(start + text.count))
    }
    if let place = placeForName(axisName.count, beside: labels) {
      numbers.replaceSubrange(place..<(place + axisName.count), with: axisName)
    }
    return margin + (unicode ? "└" : "+") + String(axis) + "\n" + margin + " " + String(numbers) + "\n"
  }

  /// Behind the last number, or in the middle of the last gap between two.
  private func placeForName(_ count: Int, beside labels: [Range<Int>]) -> Int? {
    let end = labels.last?.upperBound ?? 0
    if fieldColumns - end >= count + 1 { return fieldColumns - count }
    guard labels.count > 1 else { return nil }
    let gap = labels[labels.count - 2].upperBound..<labels[labels.count - 1].lowerBound
    return gap.count >= count + 2 ? gap.lowerBound + (gap.count - count) / 2 : nil
  }
}
