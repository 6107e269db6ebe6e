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

  /// More than these are read downwards, a run a line: a sweep of fifty has fifty lines, and not fifty columns.
  private static let mostColumns = 4

  func text(_ page: Page) -> String { (entries.count > Self.mostColumns ? downwards(page) : sideBySide(page)) + footnotes }

  private func downwards(_ page: Page) -> String {
    let facts = rows(page)
    var columns = [Table.Column("ID")]
    columns += facts.map {
      Table.Column($0.label.uppercased(), alignsRight: $0.kind == .number, rank: $0.rank, minimum: $0.kind == .number ? .max : 8)
    }
    let lines = entries.indices.map { run in [Cell(entries[run].record.id.rawValue)] + facts.map { $0.cells[run] } }
    return Table(columns, rows: lines).text(page.terminal)
  }

  private func sideBySide(_ page: Page) -> String {
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
    return blocks.joined(separator: "\n")
  }

  private var footnotes: String {
    var notes = metricNames.contains { best($0) != nil } ? "* best: the lowest loss, error or time, the highest of everything else\n" : ""
    let hidden = showsAll ? 0 : paramNames.count { !differs($0) }
    if hidden > 0 {
      notes += "\(hidden) param\(hidden == 1 ? " is" : "s are") the same in all and not shown; --all shows \(hidden == 1 ? "it" : "them")\n"
    }
    return notes.isEmpty ? "" : "\n" + notes
  }

  /// What is said of each run.
  private struct Row {
    enum Kind { case word, number }
    let label: String
    let cells: [Cell]
    var kind = Kind.word
    /// Which go first where room is short; 0 is never left out.
    var rank = 0

    var isSame: Bool { Set(cells.map(\.text)).count == 1 }
  }

  private func rows(_ page: Page) -> [Row] {
    let isDown = entries.count > Self.mostColumns
    var rows: [Row] = []
    /// A row of facts; left out when it says nothing, or the same everywhere and that is not wanted.
    func add(_ label: String, always: Bool = false, _ kind: Row.Kind = .word, rank: Int = 0, _ cell: (Entry) -> Cell) {
      let row = Row(label: label, cells: entries.map(cell), kind: kind, rank: rank)
      guard row.cells.contains(where: { !$0.text.isEmpty }) else { return }
      if always || showsAll || !row.isSame { rows.append(row) }
    }
    let names = paramNames
    func addParams() {
      for name in names {
        let isText = entries.contains { if case .string = $0.record.params[name] { true } else { false } }
        add(isDown ? name : "param \(name)", isText ? .word : .number, rank: 40) { Cell($0.record.params[name]?.plainText ?? "") }
      }
    }
    // Down a list the eye looks for what was varied and what came of it.
    if isDown { addParams() }
    add("name", always: !isDown, rank: 30) { Cell($0.record.name) }
    add("status", always: true) { entry in
      RunWords.status(entry.record.status, reason: entry.record.reason, exitCode: entry.record.exitCode, signal: entry.record.signal)
    }
    add("started", always: true, rank: 90) { Cell(page.world.times.ago($0.record.startedAt ?? $0.record.createdAt, now: page.world.now())) }
    add("duration", always: true, .number, rank: 80) { entry in
      Cell(
        RunWords.duration(
          entry.record.durationSeconds, startedAt: entry.record.startedAt, isTerminal: entry.record.status.isTerminal, now: page.world.now()
        ))
    }
    add("provider", rank: 70) { Cell($0.record.provider.rawValue) }
    add("image", rank: 92) { Cell($0.record.image ?? "") }
    add("digest", rank: 95) { Cell($0.record.imageDigest ?? "") }
    add("command", rank: 94) { Cell(RunWords.commandLine($0.record.entrypoint)) }
    add("code", rank: 91) { Cell($0.record.git.map(RunFacts.code) ?? "") }
    add("tags", rank: 93) { Cell($0.record.tags.joined(separator: ",")) }
    if !isDown { addParams() }
    for (index, name) in metricNames.enumerated() {
      var row = metricRow(name, marksBefore: isDown)
      row.rank = name.hasPrefix("sys.") ? 60 : min(1 + index, 29)
      rows.append(row)
    }
    return rows
  }

  /// - Parameter marksBefore: the best one's mark stands before its number, so that numbers end in one line.
  private func metricRow(_ name: String, marksBefore: Bool) -> Row {
    let best = best(name)
    let cells = entries.enumerated().map { index, entry -> Cell in
      guard let value = entry.metrics[name] else { return "" }
      let text = NumberText.short(value)
      guard index == best else { return Cell(text) }
      return Cell(marksBefore ? "* " + text : text + " *", .green)
    }
    return Row(label: Printable.line(name), cells: cells, kind: .number)
  }
}
