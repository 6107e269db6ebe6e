import TrainingModel

/// All samples of a run, in bounded memory: a series that grows too long keeps every second sample, then every fourth, and says so.
///
/// The summary always has the very last value of each series.
struct MetricBook {
  /// One series.
  struct Series {
    var samples: [Sample] = []
    /// Every n-th sample is kept.
    var stride = 1
    /// How many came, kept or not.
    var seen = 0
    var last: Double?
    var nonFinite = 0
  }

  /// A sample with its time in milliseconds since 1970: half the size of what the document holds.
  struct Sample: Equatable {
    var step: Int64
    var value: Double
    var milliseconds: Int64
  }

  /// How much is kept.
  struct Limits {
    var samplesPerSeries = 100_000
    var samplesInAll = 400_000
    var series = 2_000
  }

  private(set) var series: [String: Series] = [:]
  private(set) var malformedLines = 0
  /// Samples of names that came after there were too many names.
  private(set) var turnedAway = 0
  private var lastStep: Int64 = 0
  private var total = 0
  private let limits: Limits

  init(limits: Limits = Limits()) { self.limits = limits }

  /// Takes over what was written down before.
  mutating func resume(_ series: [String: Series], samples: Int, lastStep: Int64, malformedLines: Int) {
    (self.series, total, self.lastStep, self.malformedLines) = (series, samples, lastStep, malformedLines)
  }

  /// Whether there is nothing to write down.
  var isEmpty: Bool { series.isEmpty && malformedLines == 0 }

  mutating func addMalformed() { malformedLines += 1 }

  /// Takes a line. Without a step of its own it belongs to the step after the last one.
  mutating func add(_ line: MetricLine, milliseconds: Int64) {
    lastStep = line.step ?? (lastStep == .max ? .max : lastStep + 1)
    for (name, value) in line.values { add(name, step: lastStep, value: value, milliseconds) }
  }

  /// Takes one measurement that no line reported; does not count as a step of the job.
  mutating func addMeasurement(_ name: String, value: Double, milliseconds: Int64) {
    add(name, step: Int64(series[name]?.seen ?? 0), value: value, milliseconds)
  }

  private mutating func add(_ name: String, step: Int64, value: Double, _ milliseconds: Int64) {
    guard series[name] != nil || series.count < limits.series else {
      turnedAway += 1
      return
    }
    let added = series[name, default: Series()].add(
      Sample(step: step, value: value, milliseconds: milliseconds), limit: limits.samplesPerSeries)
    total += added
    if total > limits.samplesInAll { thinLongest() }
  }

  /// Halves the longest series until there is room for half as many again, so that it is not done for every sample.
  private mutating func thinLongest() {
    while total > limits.samplesInAll * 3 / 4, let longest = series.max(by: { $0.value.samples.count < $1.value.samples.count })?.key {
      guard let freed = series[longest]?.thin(), freed > 0 else { return }
      total -= freed
    }
  }
}

extension MetricBook.Series {
  /// - Returns: by how many samples the series grew (fewer than none when it was thinned).
  fileprivate mutating func add(_ sample: MetricBook.Sample, limit: Int) -> Int {
    defer { seen += 1 }
    guard sample.value.isFinite else {
      nonFinite += 1
      return 0
    }
    last = sample.value
    guard seen % stride == 0 else { return 0 }
    samples.append(sample)
    return samples.count > limit ? 1 - thin() : 1
  }

  /// Drops every second sample, keeping the first.
  /// - Returns: how many were dropped.
  fileprivate mutating func thin() -> Int {
    let before = samples.count
    guard before > 1 else { return 0 }
    samples = stride(from: 0, to: before, by: 2).map { samples[$0] }
    self.stride *= 2
    return before - samples.count
  }

  private func stride(from start: Int, to end: Int, by step: Int) -> StrideTo<Int> { Swift.stride(from: start, to: end, by: step) }
}
