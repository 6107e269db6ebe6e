public import FoundationEssentials

/// What one meter of one resource cost on one day (UTC) at one rate: the finest line of a report.
public struct CostCharge: Sendable, Equatable {
  /// Whose it is: the ledger's row.
  public var subject: CostSubject
  /// The meter, with its rate on that day.
  public var meter: Meter
  /// The day.
  public var day: UTCDay
  /// When it began, within the day.
  public var start: Date
  /// When it ended, at the latest at the day's end.
  public var end: Date
  /// How long.
  public var milliseconds: Int64
  /// How sure.
  public var quality: CostQuality

  /// A charge.
  public init(subject: CostSubject, meter: Meter, start: Date, end: Date, milliseconds: Int64, quality: CostQuality) {
    self.subject = subject
    self.meter = meter
    day = UTCDay(start)
    self.start = start
    self.end = end
    self.milliseconds = milliseconds
    self.quality = quality
  }

  /// What it adds to a sum.
  public var sum: CostSum {
    var sum = CostSum()
    sum.add(rate: meter.hourly, milliseconds: milliseconds, quality: quality)
    return sum
  }
}

/// What costs are grouped by: the part of a ledger's row that reports show.
public struct CostSubject: Sendable, Equatable, Codable {
  /// The ledger's row.
  public var intent: IntentID
  /// The provider's name for it.
  public var resource: ResourceID?
  /// "machine", "volume", …
  public var kind: String
  /// Where.
  public var place: RentalPlace
  /// The run's uid.
  public var runUID: String?
  /// The run's id in this home.
  public var runID: RunID?
  /// The run's name.
  public var runName: String?
  /// Its project.
  public var project: String?
  /// Its tags.
  public var tags: [String]
  /// Whose it is.
  public var owner: String

  /// The part of a row that reports show.
  public init(_ row: LedgerRow) {
    intent = row.intent
    resource = row.resource
    kind = row.kind
    place = row.place
    runUID = row.runUID
    runID = row.runID
    runName = row.runName
    project = row.project
    tags = row.tags
    owner = row.owner
  }
}
