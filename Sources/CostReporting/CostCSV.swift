import Basics
public import TrainingModel

/// Charges as comma-separated text: a line for each meter, day and rate. docs/costs.md says what each column means.
public enum CostCSV {
  /// The names of the columns, and what stands in them.
  private static let columns: [(name: String, value: @Sendable (CostCharge) -> CSVText.Field)] = [
    ("day", { .exact($0.day.description) }),
    ("start", { .exact(Timestamp.format($0.start)) }),
    ("end", { .exact(Timestamp.format($0.end)) }),
    ("run", { .words($0.subject.runID?.rawValue) }),
    ("run_uid", { .words($0.subject.runUID) }),
    ("run_name", { .words($0.subject.runName) }),
    ("project", { .words($0.subject.project) }),
    ("tags", { .words(tags($0.subject.tags)) }),
    ("provider", { .words($0.subject.place.provider.rawValue) }),
    ("account", { .words($0.subject.place.account) }),
    ("region", { .words($0.subject.place.region) }),
    ("zone", { .words($0.subject.place.zone) }),
    ("machine", { .words($0.subject.place.machine) }),
    ("market", { .exact($0.subject.place.market.rawValue) }),
    ("kind", { .words($0.subject.kind) }),
    ("resource", { .words($0.subject.resource?.rawValue) }),
    ("intent", { .words($0.subject.intent.rawValue) }),
    ("owner", { .words($0.subject.owner) }),
    ("meter", { .exact($0.meter.kind.rawValue) }),
    ("meter_name", { .words($0.meter.name) }),
    ("seconds", { .exact(seconds($0.milliseconds)) }),
    ("hourly_rate", { .exact($0.meter.hourly.map { MoneyText.full($0.amount) } ?? "") }),
    ("rate_is_ceiling", { .exact($0.meter.isCeiling ? "true" : "false") }),
    ("rate_source", { .words($0.meter.source) }),
    ("rate_as_of", { .words($0.meter.asOf) }),
    ("amount", { .exact($0.sum.amounts.first.map { MoneyText.full($0.amount) } ?? "") }),
    ("currency", { .exact($0.meter.hourly?.currency ?? "") }),
    ("quality", { .exact($0.quality.rawValue) }),
  ]

  /// The header's names, in their order.
  public static var header: [String] { columns.map(\.name) }

  /// The text, with its header.
  public static func text(_ charges: [CostCharge]) -> String {
    var csv = CSVText()
    csv.add(header.map { .exact($0) })
    for charge in charges { csv.add(columns.map { $0.value(charge) }) }
    return csv.text
  }

  /// Tags as a JSON array, so that any tag can be read back; nothing for none.
  private static func tags(_ tags: [String]) -> String? { tags.isEmpty ? nil : JSONText.of(tags) }

  /// Milliseconds as seconds, exactly.
  private static func seconds(_ milliseconds: Int64) -> String {
    let rest = milliseconds % 1_000
    return rest == 0 ? "\(milliseconds / 1_000)" : "\(milliseconds / 1_000).\(String(rest + 1_000).dropFirst())"
  }
}

extension CSVText.Field {
  /// Words, or nothing.
  static func words(_ words: String?) -> Self { words.map { .words($0) } ?? .none }
}
