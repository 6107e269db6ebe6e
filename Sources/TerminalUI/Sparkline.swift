/// A series as one short word of bars.
public enum Sparkline {
  /// At most `columns` bars from the lowest value to the highest; empty when there is nothing to draw. What is not finite is left out.
  public static func text(_ values: [Double], columns: Int, unicode: Bool = true) -> String {
    let values = values.filter(\.isFinite)
    guard columns > 0, let low = values.min(), let high = values.max(), values.count > 1 else { return "" }
    let bars = Array(unicode ? "▁▂▃▄▅▆▇█" : "_.:-=+*#")
    let count = min(columns, values.count)
    return String(
      (0..<count).map { column in
        // Each bar is the mean of its share, so that a peak is neither lost nor the whole picture.
        let share = values[(column * values.count / count)..<((column + 1) * values.count / count)]
        let mean = share.reduce(0) { $0 + $1 / Double(share.count) }
        let height = high > low ? (mean / 2 - low / 2) / (high / 2 - low / 2) : 0.5
        return bars[max(0, min(bars.count - 1, Int(height * Double(bars.count))))]
      })
  }
}
