import Glibc

/// Maps values to the length of an axis, and finds round numbers to write beside it.
struct ChartScale: Equatable {
  let low: Double
  let high: Double
  let isLogarithmic: Bool

  /// A scale over finite `values`; nil when there are none.
  ///
  /// Logarithmic when asked for and all values are positive and span more than three powers of ten.
  init?(_ values: some Sequence<Double>, mayBeLogarithmic: Bool) {
    let finite = values.filter(\.isFinite)
    guard var low = finite.min(), var high = finite.max() else { return nil }
    isLogarithmic = mayBeLogarithmic && low > 0 && high / low > 1_000
    if low == high {
      let margin = low == 0 ? 1 : abs(low) * 0.1
      low -= margin
      high += margin
    }
    self.low = low
    self.high = high
  }

  /// 0 at the low end, 1 at the high end.
  func position(_ value: Double) -> Double {
    if isLogarithmic { return (log10(value) - log10(low)) / (log10(high) - log10(low)) }
    return (value / 2 - low / 2) / (high / 2 - low / 2)
  }

  /// Round numbers within the scale, at most about `count`.
  func ticks(about count: Int, whole: Bool = false) -> [Double] {
    isLogarithmic ? powers(about: count) : multiples(about: count, whole: whole)
  }

  private func multiples(about count: Int, whole: Bool) -> [Double] {
    let range = high - low
    guard range.isFinite, count > 0 else { return [low, high] }
    let rough = range / Double(count)
    let magnitude = pow(10, log10(rough).rounded(.down))
    var step = [1, 2, 5, 10].map { $0 * magnitude }.first { $0 >= rough * 0.999 } ?? rough
    if whole { step = max(1, step.rounded()) }
    guard step > 0, step.isFinite else { return [low] }
    let first = (low / step).rounded(.up)
    var ticks: [Double] = []
    var index = first
    while index * step <= high + step * 1e-9, ticks.count <= count * 3 {
      // Through decimal digits, so that 3 × 0.1 is written 0.3.
      ticks.append(step < 1 ? (index * step / step).rounded() / (1 / step) : index * step)
      index += 1
    }
    return ticks
  }

  private func powers(about count: Int) -> [Double] {
    let first = Int(log10(low).rounded(.up))
    let last = Int(log10(high).rounded(.down))
    guard first <= last else { return [low, high] }
    let stride = max(1, (last - first) / max(1, count))
    return Swift.stride(from: first, through: last, by: stride).map { pow(10, Double($0)) }
  }
}
