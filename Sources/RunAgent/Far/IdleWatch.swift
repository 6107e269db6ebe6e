/// Tells when a job has been idle for too long: no byte of log, and CPU and GPUs below 5 % all the time. Pure.
///
/// What was not measured counts as busy: a job is never ended for want of a number.
struct IdleWatch {
  /// Below this many percent (of one core, of one GPU) nothing is done.
  static let threshold = 5.0

  private let limit: Duration?
  private var activeAt: Duration
  private var logBytes: Int64 = 0

  /// - Parameter limit: nil for never.
  init(limit: Duration?, at now: Duration) {
    self.limit = limit
    activeAt = now
  }

  /// Takes a measurement.
  /// - Returns: whether it has been idle for the limit or longer.
  mutating func isOver(logBytes: Int64, usage: [String: Double], at now: Duration) -> Bool {
    let cpu = usage["sys.cpu_percent"] ?? .infinity
    let gpus = usage.filter { $0.key.hasPrefix("sys.gpu") && $0.key.hasSuffix(".utilization_percent") }
    if logBytes != self.logBytes || cpu >= Self.threshold || gpus.contains(where: { $0.value >= Self.threshold }) { activeAt = now }
    self.logBytes = logBytes
    return limit.map { now - activeAt >= $0 } ?? false
  }
}
