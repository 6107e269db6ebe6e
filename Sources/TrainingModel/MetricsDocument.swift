public import FoundationEssentials

/// What a job reported in numbers: `metrics.json`.
public struct MetricsDocument: Sendable, Codable, Equatable {
  /// The run's id.
  public var runID: String
  /// The last value of each series.
  public var summary: [String: Double]
  /// Every sample, by series.
  public var timeSeries: [String: [MetricSample]]
  /// The run's tags.
  public var tags: [String]
  /// When this was written.
  public var recordedAt: Date
  /// Lines that began with METRIC and could not be read.
  public var malformedLines: Int?
  /// Series that were thinned out, and by how much: every n-th sample is kept.
  public var thinned: [String: Int]?
  /// How many samples of a series were NaN or infinite, which JSON cannot hold: they are left out of the series and of the summary.
  public var nonFinite: [String: Int]?

  /// A document of a run.
  public init(
    runID: String, summary: [String: Double] = [:], timeSeries: [String: [MetricSample]] = [:], tags: [String] = [], recordedAt: Date
  ) {
    self.runID = runID
    self.summary = summary
    self.timeSeries = timeSeries
    self.tags = tags
    self.recordedAt = recordedAt
  }

  enum CodingKeys: String, CodingKey {
    case summary, tags, thinned
    case runID = "run_id"
    case timeSeries = "time_series"
    case recordedAt = "recorded_at"
    case malformedLines = "malformed_lines"
    case nonFinite = "non_finite"
  }
}

/// One value of one series.
public struct MetricSample: Sendable, Codable, Equatable {
  /// The step it belongs to.
  public var step: Int64
  /// The number.
  public var value: Double
  /// When the line was read.
  public var time: Date?

  /// A sample at a step.
  public init(step: Int64, value: Double, time: Date?) {
    self.step = step
    self.value = value
    self.time = time
  }
}
