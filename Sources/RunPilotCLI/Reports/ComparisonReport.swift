import Basics
import FoundationEssentials
import TerminalUI
import TrainingModel

/// Runs side by side: what differs, and which is best.
struct ComparisonReport: Report {
  static let kind = "comparison"

  /// One run with its numbers.
  struct Entry: Encodable {
    let record: RunRecord
    let metrics: [String: Double]

    private enum CodingKeys: String, CodingKey {
      case id, name, status, provider, image, params, metrics, tags
      case durationSeconds = "duration_seconds"
      case gitCommit = "git_commit"
      case gitDirty = "git_dirty"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(record.id, forKey: .id)
      try container.encode(record.name, forKey: .name)
      try container.encode(record.status, forKey: .status)
      try container.encode(record.provider, forKey: .provider)
      try container.encode(record.image, forKey: .image)
      try container.encode(record.params, forKey: .params)
      try container.encode(metrics, forKey: .metrics)
      try container.encode(record.tags, forKey: .tags)
      try container.encode(record.durationSeconds, forKey: .durationSeconds)
      try container.encode(record.git?.commit, forKey: .gitCommit)
      try container.encode(record.git?.dirty, forKey: .gitDirty)
    }
  }

  let entries: [Entry]
  /// Also what is the same everywhere.
  let showsAll: Bool

  var ids: [String] { entries.map(\.record.id.rawValue) }

  private enum CodingKeys: String, CodingKey {
    case runs, best
    case differingParams = "differing_params"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(entries, forKey: .runs)
    try container.encode(paramNames.filter(differs), forKey: .differingParams)
    try container.encode(
      Dictionary(uniqueKeysWithValues: metricNames.compactMap { name in best(name).map { (name, entries[$0].record.id) } }), forKey: .best)
  }

  private var paramNames: [String] { Set(entries.flatMap(\.record.params.keys)).sorted() }
  private var metricNames: [String] {
    let declared = entries.flatMap(\.record.metrics)
    var all: [String: Double] = [:]
    for entry in entries { all.merge(entry.metrics) { first, _ in first } }
    return MetricChoice.first(.max, of: all, declared: declared.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
  }

  private func differs(_ param: String) -> Bool { Set(entries.map { $0.record.params[param] }).count > 1 }

  /// Index of the one run that is better than all others; nil when there is no such.
  private func best(_ metric: String) -> Int? {
    let values = entries.enumerated().compactMap { index, entry in entry.metrics[metric].map { (index: index, value: $0) } }
    let direction = MetricDirection(of: metric)
    guard values.count > 1, let best = values.min(by: { direction.prefers($0.value, to: $1.value) }) else { return nil }
    return values.contains { $0.index != best.index && $0.value == best.value } ? nil : best.index
  }

  func text(_ page: Page) -> String {
    let rows = rows(page)
    let labelColumns = rows.map { TextWidth.columns($0.label) }.max() ?? 0
    let perBlock = page.terminal.columns.map { max(1, ($0 - labelColumns) / 14) } ?? entries.count
    var blocks: [String] = []
    for start in stride(from: 0, to: entries.count, by: perBlock) {
      let shown = start..<min(entries.count, start + perBlock)
      let columns = [Table.Column("")] + shown.map { Table.Column(entries[$0].record.id.rawValue, minimum: 12) }
      let table = rows.map { row in [Cell(row.label, .dim)] + shown.map { row.cells[$0] } }
      blocks.append(Table(columns, rows: table).text(page.terminal))
    }
    return blocks.joined(separator: "\n") + footnotes
  }

  private var footnotes: String {
    var notes = metricNames.contains { best($0) != nil } ? "* best: the lowest loss, error or time, the highest of everything else\n" : ""
    let hidden = showsAll ? 0 : paramNames.count { !differs($0) }
    if hidden > 0 {
      notes += "\(hidden) param\(hidden == 1 ? " is" : "s are") the same in all and not shown; --all shows \(hidden == 1 ? "it" : "them")\n"
    }
    return notes.isEmpty ? "" : "\n" + notes
  }

  private struct Row {
    let label: String
    let cells: [Cell]
  }

  private func rows(_ page: Page) -> [Row] {
    var rows: [Row] = []
    /// A row of facts; left out when it says nothing, or the same everywhere and that is not wanted.
    func add(_ label: String, always: Bool = false, _ cell: (Entry) -> Cell) {
      let cells = entries.map(cell)
      guard cells.contains(where: { !$0.text.isEmpty }) else { return }
      if always || showsAll || Set(cells.map(\.text)).count > 1 { rows.append(Row(label: label, cells: cells)) }
    }
    add("name", always: true) { Cell($0.record.name) }
    add("status", always: true) { entry in
      RunWords.status(entry.record.status, reason: entry.record.reason, exitCode: entry.record.exitCode, signal: entry.record.signal)
    }
    add("started", always: true) { Cell(page.world.times.ago($0.record.startedAt ?? $0.record.createdAt, now: page.world.now())) }
    add("duration", always: true) { entry in
      Cell(
        RunWords.duration(
          entry.record.durationSeconds, startedAt: entry.record.startedAt, isTerminal: entry.record.status.isTerminal, now: page.world.now()
        ))
    }
    add("provider") { Cell($0.record.provider.rawValue) }
    add("image") { Cell($0.record.image ?? "") }
    add("digest") { Cell($0.record.imageDigest ?? "") }
    add("command") { Cell(RunWords.commandLine($0.record.entrypoint)) }
    add("code") { Cell($0.record.git.map(RunFacts.code) ?? "") }
    add("tags") { Cell($0.record.tags.joined(separator: ",")) }
    for name in paramNames { add("param \(name)") { Cell($0.record.params[name]?.plainText ?? "") } }
    for name in metricNames { rows.append(metricRow(name)) }
    return rows
  }

  private func metricRow(_ name: String) -> Row {
    let best = best(name)
    return Row(
      label: Printable.line(name),
      cells: entries.enumerated().map { index, entry in
        guard let value = entry.metrics[name] else { return "" }
        return Cell(NumberText.short(value) + (index == best ? " *" : ""), index == best ? .green : nil)
      })
  }
}
