import TerminalUI
import TrainingModel

/// Series of a run, a row each: last, least and greatest value, and a picture.
struct MetricsTable {
  let document: MetricsDocument
  let declared: [String]

  /// At most `limit` rows; what is left out is said.
  func text(_ terminal: TerminalFacts, limit: Int = .max) -> String {
    let names = MetricChoice.first(.max, of: document.summary, declared: declared)
    let trendColumns = min(60, max(12, (terminal.columns ?? 80) - 60))
    let rows = names.prefix(limit).map { name in row(name, trendColumns: trendColumns, terminal) }
    let table = Table(
      [
        .init("METRIC", minimum: 10), .init("LAST", alignsRight: true), .init("MIN", alignsRight: true, rank: 1),
        .init("MAX", alignsRight: true, rank: 1), .init("STEP", alignsRight: true, rank: 2), .init("SAMPLES", alignsRight: true, rank: 4),
        .init("TREND", rank: 3),
      ], rows: Array(rows))
    let more = names.count > limit ? "and \(names.count - limit) more: runpilot metrics \(document.runID)\n" : ""
    return table.text(terminal) + more
  }

  private func row(_ name: String, trendColumns: Int, _ terminal: TerminalFacts) -> [Cell] {
    let samples = document.timeSeries[name] ?? []
    let values = samples.map(\.value)
    func cell(_ value: Double?) -> Cell { Cell(value.map { NumberText.short($0) } ?? "") }
    return [
      Cell(name, .bold), cell(document.summary[name]), cell(values.min()), cell(values.max()),
      Cell(samples.last.map { "\($0.step)" } ?? ""),
      Cell("\(samples.count)"), Cell(Sparkline.text(values, columns: trendColumns, unicode: terminal.usesUnicode), .cyan),
    ]
  }
}
