import Basics
import FoundationEssentials
import TerminalUI
import TrainingModel

/// The numbers a run reported.
struct MetricsReport: Report {
  static let kind = "metrics"
  /// What text shows.
  enum Form { case table, samples, plot }

  let record: RunRecord
  let document: MetricsDocument?
  let form: Form
  let only: [String]

  var ids: [String] { [record.id.rawValue] }

  private enum CodingKeys: String, CodingKey {
    case summary, status
    case runID = "run_id"
    case timeSeries = "time_series"
    case malformedLines = "malformed_lines"
  }

  func encode(to encoder: any Encoder) throws {
    func chosen<Value>(_ values: [String: Value]?) -> [String: Value] { (values ?? [:]).filter { only.isEmpty || only.contains($0.key) } }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(record.id, forKey: .runID)
    try container.encode(record.status, forKey: .status)
    try container.encode(chosen(document?.summary), forKey: .summary)
    if form != .table { try container.encode(chosen(document?.timeSeries), forKey: .timeSeries) }
    try container.encodeIfPresent(document?.malformedLines, forKey: .malformedLines)
  }

  func text(_ page: Page) -> String {
    guard var document else { return "" }
    document.summary = document.summary.filter { only.isEmpty || only.contains($0.key) }
    switch form {
    case .table: return MetricsTable(document: document, declared: record.metrics).text(page.terminal)
    case .plot: return MetricPlots(document: document, only: only, declared: record.metrics).text(page.terminal, rows: 12)
    case .samples: return samples(document, page.terminal)
    }
  }

  private func samples(_ document: MetricsDocument, _ terminal: TerminalFacts) -> String {
    let names = MetricChoice.first(.max, of: document.summary, declared: record.metrics)
    let rows = names.flatMap { name in
      (document.timeSeries[name] ?? []).map { sample in
        [
          Cell(name), Cell("\(sample.step)"), Cell(NumberText.short(sample.value, digits: 9)),
          Cell(sample.time.map(Timestamp.format) ?? ""),
        ]
      }
    }
    return Table(
      [.init("METRIC"), .init("STEP", alignsRight: true), .init("VALUE", alignsRight: true), .init("TIME", rank: 1)], rows: rows
    )
    .text(terminal)
  }
}
