public import TrainingModel

/// By what costs are added up.
public enum CostKey: String, Sendable, CaseIterable {
  case run, project, provider, region, machine, kind, day, month
  /// A tag of the run; what has several counts once in each, what has none under nil.
  case tag
  /// The run's id in this home, else its uid.
  case runID

  /// The column, or what is made of it. A day is days since 1970 (UTC), a month `2026-07`.
  var column: String {
    switch self {
    case .run: "rows.run_uid"
    case .runID: "coalesce(rows.run_id, rows.run_uid)"
    case .project: "rows.project"
    case .provider: "rows.provider"
    case .region: "rows.region"
    case .machine: "rows.machine"
    case .kind: "daily.kind"
    case .day: "daily.day"
    case .month: "strftime('%Y-%m', daily.day * 86400, 'unixepoch')"
    case .tag: "tags.tag"
    }
  }
}

/// What ended intervals add up to.
public struct CostTotal: Sendable, Equatable {
  /// The values of the keys that were asked for, in their order.
  public var keys: [String?]
  /// ISO 4217; empty where no rate is known.
  public var currency: String
  /// In 10⁻⁹ of the currency.
  public var nanos: Int64
  /// How long the meters ran.
  public var milliseconds: Int64
  /// How long meters ran whose rate is unknown, which is not nothing.
  public var unpricedMilliseconds: Int64
  /// The least sure of all that is in it.
  public var quality: CostQuality

  /// A total.
  public init(keys: [String?], currency: String, nanos: Int64, milliseconds: Int64, unpricedMilliseconds: Int64, quality: CostQuality) {
    self.keys = keys
    self.currency = currency
    self.nanos = nanos
    self.milliseconds = milliseconds
    self.unpricedMilliseconds = unpricedMilliseconds
    self.quality = quality
  }

  /// The amount.
  public var money: Money { CostArithmetic.money(nanos: nanos, currency: currency) }
}

/// A row and its intervals that still run.
public struct RunningCost: Sendable, Equatable {
  /// The row.
  public var row: LedgerRow
  /// Its open intervals.
  public var intervals: [CostInterval]

  /// A row that costs.
  public init(row: LedgerRow, intervals: [CostInterval]) {
    self.row = row
    self.intervals = intervals
  }
}
