/// Which metrics are shown, and in which order.
enum MetricChoice {
  /// The declared ones in their order, then what the job reported by name, then what the agent measured.
  ///
  /// Where there is no room for all, what was only measured is left out: nobody trained for a low load of the CPU.
  static func first(_ count: Int, of metrics: [String: Double], declared: [String]) -> [String] {
    let known = declared.filter { metrics[$0] != nil }
    let others = metrics.keys.filter { !known.contains($0) }.sorted()
    let measured = count == .max ? others.filter(isMeasured) : []
    return Array((known + others.filter { !isMeasured($0) } + measured).prefix(count))
  }

  /// Whether a series is the agent's own, about the machine.
  static func isMeasured(_ name: String) -> Bool { name.hasPrefix("sys.") }
}
