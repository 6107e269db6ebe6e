/// A number of bytes, written `512m`, `8g`, `1.5GiB` or `1048576`.
///
/// Units are powers of 1024, as container engines read them (`k`, `m`, `g`, `t`, with or without `b` or `ib`, any case).
public struct ByteSize: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
  /// The number of bytes; never negative.
  public let bytes: Int64

  /// A size of `bytes` bytes.
  public init(bytes: Int64) { self.bytes = bytes }

  /// Reads a size; nil when `text` is none, is negative or does not fit.
  public init?(_ text: String) {
    let lower = text.trimmed().lowercased()
    let digits = lower.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    guard let unit = Self.units[String(lower.dropFirst(digits.count)).trimmed()] else { return nil }
    guard let bytes = Self.scaled(digits, by: unit) else { return nil }
    self.bytes = bytes
  }

  private static let units: [String: Int64] = {
    var units: [String: Int64] = ["": 1, "b": 1]
    for (letter, shift) in [("k", 10), ("m", 20), ("g", 30), ("t", 40), ("p", 50)] {
      for suffix in ["", "b", "ib"] { units[letter + suffix] = 1 << Int64(shift) }
    }
    return units
  }()

  /// Whole and fraction apart, so that no size goes through floating point.
  private static func scaled(_ digits: Substring, by unit: Int64) -> Int64? {
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let first = parts.first, let whole = Int64(first) else { return nil }
    var (total, overflow) = whole.multipliedReportingOverflow(by: unit)
    guard !overflow else { return nil }
    if parts.count == 2 {
      guard !parts[1].isEmpty, parts[1].count <= 6, let fraction = Int64(parts[1]) else { return nil }
      var scale: Int64 = 1
      for _ in parts[1] { scale *= 10 }
      let (product, tooBig) = fraction.multipliedReportingOverflow(by: unit)
      guard !tooBig else { return nil }
      (total, overflow) = total.addingReportingOverflow(product / scale)
      guard !overflow else { return nil }
    }
    return total
  }

  /// "1.5 GiB", with at most one decimal.
  public var description: String {
    var value = bytes
    var shift = 0
    let names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    while value >= 1024 && shift < names.count - 1 {
      value >>= 10
      shift += 1
    }
    guard shift > 0 else { return "\(bytes) B" }
    let tenths = (bytes >> (10 * (Int64(shift) - 1))) * 10 / 1024
    return tenths % 10 == 0 ? "\(tenths / 10) \(names[shift])" : "\(tenths / 10).\(tenths % 10) \(names[shift])"
  }

  /// Smaller first.
  public static func < (left: ByteSize, right: ByteSize) -> Bool { left.bytes < right.bytes }

  /// Reads a plain number of bytes.
  public init(from decoder: any Decoder) throws { bytes = try decoder.singleValueContainer().decode(Int64.self) }

  /// Writes a plain number of bytes.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(bytes)
  }
}
