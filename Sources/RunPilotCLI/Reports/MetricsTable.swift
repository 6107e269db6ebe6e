import TerminalUI
import TrainingModel

/// Series of a run, a row each: last, least and greatest value, and a picture.
struct MetricsTable {
  let document: MetricsDocument
  let declared: [String]

  /// At most `limit` rows; what is left out is said.
  func text(_ terminal: TerminalFacts, limit: Int = .max) -> String {
    let names = MetricChoice.first(.max, of: document.summary, declared: declared)
    let shown = Array(names.prefix(limit))
    var columns: [Table.Column] = [
      .init("METRIC", minimum: 10), .init("LAST", alignsRight: true), .init("MIN", alignsRight: true, rank: 1),
      .init("MAX", alignsRight: true, rank: 1), .init("STEP", alignsRight: true, rank: 2), .init("SAMPLES", alignsRight: true, rank: 4),
    ]
    var rows = shown.map(numbers)
    // A picture takes what the words leave.
    let words = columns.indices.reduce(0) { used, column in
      used + 2 + max(TextWidth.columns(columns[column].title), rows.map { TextWidth.columns($0[column].text) }.max() ?? 0)
    }
    let trendColumns = min(60, max(8, (terminal.columns ?? 80) - words))
    columns.append(.init("TREND", rank: 3))
    for (index, name) in shown.enumerated() { rows[index].append(trend(of: name, columns: trendColumns, terminal)) }
    let more = names.count > limit ? "and \(names.count - limit) more: runpilot metrics \(document.runID)\n" : ""
    return Table(columns, rows: rows).text(terminal) + more
  }

  private func numbers(of name: String) -> [Cell] {
    let samples = document.timeSeries[name] ?? []
    let values = samples.map(\.value)
    func cell(_ value: Double?) -> Cell { Cell(value.map { NumberText.short($0) } ?? "") }
    return [
      Cell(name, .bold), cell(document.summary[name]), cell(values.min()), cell(values.max()),
      Cell(samples.last.map { "\($0.step)" } ?? ""), Cell("\(samples.count)"),
    ]
  }

  private func trend(of name: String, columns: Int, _ terminal: TerminalFacts) -> Cell {
    let values = (document.timeSeries[name] ?? []).map(\.value)
    return Cell(Sparkline.text(values, columns: columns, unicode: terminal.usesUnicode), .cyan)
  }
}
