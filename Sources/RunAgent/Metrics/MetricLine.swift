import Basics

/// What one METRIC line says (docs/config.md): `METRIC {"step": 3, "loss": 0.2}` or `METRIC loss=0.2 acc=0.9 step=3`.
///
/// Numbers only: a boolean is 1 or 0, text and nested values are passed over. A line from which nothing can be read is malformed.
struct MetricLine: Equatable {
  /// The line's own step; nil when it has none.
  var step: Int64?
  /// Names and values in the line's order. A value may be infinite or not a number: that it was is worth knowing.
  var values: [(name: String, value: Double)] = []

  /// How a metric line begins.
  static let prefix = Array("METRIC ".utf8)
  /// The longest name that is taken.
  static let longestName = 200

  /// Reads what follows ``prefix``; nil when the line is malformed.
  init?(body: UnsafeRawBufferPointer) {
    var cursor = MetricCursor(body)
    cursor.skipSpaces()
    guard let first = cursor.peek else { return nil }
    if first == UInt8(ascii: "{") {
      guard cursor.readObject({ take($0, $1) }) else { return nil }
    } else {
      guard cursor.readPairs({ take($0, $1) }) else { return nil }
    }
  }

  private mutating func take(_ name: String, _ value: Double) {
    if name != "step" {
      values.append((name, value))
    } else if let whole = Int64(exactly: value) {
      step = whole
    }
  }

  static func == (left: MetricLine, right: MetricLine) -> Bool {
    left.step == right.step && left.values.elementsEqual(right.values) { $0.name == $1.name && $0.value.bitPattern == $1.value.bitPattern }
  }
}
