import Basics
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// All there is to know about one run.
struct RunReport: Report {
  static let kind = "run"
  let record: RunRecord
  let metrics: MetricsDocument?
  let outputs: [OutputFile]
  /// The run that this one repeats, when it is here.
  var repeated: RunRecord?

  var ids: [String] { [record.id.rawValue] }

  private enum CodingKeys: String, CodingKey {
    case outputs
    case metricsSummary = "metrics_summary"
  }

  /// The record's own keys, and beside them what is not in it.
  func encode(to encoder: any Encoder) throws {
    try record.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(metrics?.summary ?? [:], forKey: .metricsSummary)
    try container.encode(outputs, forKey: .outputs)
  }

  func text(_ page: Page) -> String {
    var text = page.painter.paint(record.id.rawValue, .bold) + "  " + Printable.line(record.name) + "\n\n"
    text += RunFacts(record: record, outputs: outputs, repeated: repeated).text(page)
    if let metrics, !metrics.timeSeries.isEmpty {
      text += "\n" + MetricsTable(document: metrics, declared: record.metrics).text(page.terminal, limit: 12)
    }
    return text + "\n" + nextSteps(page)
  }

  private func nextSteps(_ page: Page) -> String {
    let id = record.id
    let steps =
      record.status.isTerminal
      ? ["runpilot logs \(id)"] + (metrics == nil ? [] : ["runpilot metrics \(id) --plot"]) + ["runpilot rerun \(id)"]
      : ["runpilot attach \(id)", "runpilot stop \(id)"]
    let separator = page.terminal.usesUnicode ? " · " : " - "
    let line = steps.joined(separator: separator)
    let fits = page.terminal.columns.map { TextWidth.columns(line) + 6 <= $0 } ?? true
    return page.painter.paint("next", .dim) + "  " + (fits ? line : steps.joined(separator: "\n      ")) + "\n"
  }
}
