import FoundationEssentials
import TrainingModel

extension MetricBook {
  /// Goes on with what an earlier start of the job has reported: `metrics.json` is of the whole run.
  ///
  /// Of a series that was thinned out it is not known any more how many samples came after the last one that was kept: as many as there can be.
  init(resuming document: MetricsDocument, limits: Limits = Limits()) {
    self.init(limits: limits)
    var found: [String: Series] = [:]
    var (step, count): (Int64, Int) = (0, 0)
    for (name, samples) in document.timeSeries.prefix(limits.series) {
      var series = Series()
      series.samples = samples.map {
        Sample(
          step: $0.step, value: $0.value, milliseconds: Int64((($0.time ?? document.recordedAt).timeIntervalSince1970 * 1_000).rounded()))
      }
      // The job can write this file, too: no number of it is trusted to be multiplied.
      series.stride = min(max(1, document.thinned?[name] ?? 1), 1 << 32)
      series.nonFinite = document.nonFinite?[name] ?? 0
      series.seen = samples.count * series.stride
      series.last = document.summary[name]
      // What the machine reports has counts of its own.
      if !name.hasPrefix("sys."), let last = samples.last?.step {
        step = max(step, last.addingReportingOverflow(Int64(series.stride - 1)).overflow ? .max : last + Int64(series.stride - 1))
      }
      count += samples.count
      found[name] = series
    }
    resume(found, samples: count, lastStep: step, malformedLines: document.malformedLines ?? 0)
  }
}
