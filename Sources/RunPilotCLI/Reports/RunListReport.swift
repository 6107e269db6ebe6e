import Basics
import TerminalUI
import TrainingModel

/// Runs, a row each.
struct RunListReport: Report {
  static let kind = "runs"
  let runs: [RunSummary]
  /// The metric the listing is ordered by, which then comes first.
  var leadingMetric: String?

  var ids: [String] { runs.map(\.id.rawValue) }

  private enum CodingKeys: CodingKey { case runs }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(runs, forKey: .runs)
  }

  func text(_ page: Page) -> String {
    if runs.isEmpty { return "" }
    let metrics = metricNames
    let hasTags = runs.contains { !$0.tags.isEmpty }
    let hasProject = runs.contains { $0.project != nil }
    var columns: [Table.Column] = [
      .init("ID"), .init("NAME", minimum: 10), .init("STATUS"), .init("STARTED"), .init("DURATION", alignsRight: true),
    ]
    for (index, name) in metrics.enumerated() {
      columns.append(.init(Printable.line(name).uppercased(), alignsRight: true, rank: 2 + index))
    }
    columns.append(.init("PROVIDER", rank: 10))
    if hasTags { columns.append(.init("TAGS", rank: 11, minimum: 12)) }
    if hasProject { columns.append(.init("PROJECT", rank: 12, minimum: 10)) }
    return Table(
      columns,
      rows: runs.map { run in
        row(run, metrics, page) + (hasTags ? [Cell(run.tags.joined(separator: ","))] : []) + (hasProject ? [Cell(run.project ?? "")] : [])
      }
    ).text(page.terminal)
  }

  private func row(_ run: RunSummary, _ metrics: [String], _ page: Page) -> [Cell] {
    let status =
      run.damage == nil
      ? RunWords.status(run.status, reason: run.reason, exitCode: run.exitCode) : Cell("damaged", .red)
    let duration = RunWords.duration(
      run.durationSeconds, startedAt: run.startedAt, isTerminal: run.status.isTerminal, now: page.world.now())
    var cells = [
      Cell(run.id.rawValue, .bold), Cell(run.damage ?? run.name), status,
      Cell(page.world.times.ago(run.startedAt ?? run.createdAt, now: page.world.now())), Cell(duration),
    ]
    cells += metrics.map { name in Cell(run.metrics[name].map { NumberText.short($0) } ?? "") }
    cells.append(Cell(run.provider.rawValue))
    return cells
  }

  /// The three metrics that most of these runs report.
  private var metricNames: [String] {
    var counts: [String: Int] = [:]
    for run in runs { for name in run.metrics.keys where !MetricChoice.isMeasured(name) { counts[name, default: 0] += 1 } }
    let common = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key).filter { $0 != leadingMetric }
    return Array(((leadingMetric.map { [$0] } ?? []) + common).prefix(3))
  }
}
