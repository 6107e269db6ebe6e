import Glibc

/// Numbers as people read them.
public enum NumberText {
  /// At most `digits` significant digits, without zeros that say nothing: `0.23457`, `97.41`, `12000`, `1.2e-05`.
  public static func short(_ value: Double, digits: Int = 5) -> String {
    if value.isNaN { return "nan" }
    if value.isInfinite { return value < 0 ? "-inf" : "inf" }
    if value == 0 { return "0" }
    let size = abs(value)
    // What would be rounded up to 0.0001 counts as that.
    if size >= 0.99995e-4 && size < 1e7 {
      let decimals = max(0, digits - 1 - Int(log10(max(size, 1e-4)).rounded(.down)))
      return fixed(value, decimals: decimals)
    }
    var exponent = Int(log10(size).rounded(.down))
    var mantissa = rounded(value / pow(10, Double(exponent)), decimals: digits - 1)
    if abs(mantissa) >= 10 {
      mantissa /= 10
      exponent += 1
    }
    let power = (exponent < 0 ? "-" : "+") + (abs(exponent) < 10 ? "0" : "") + "\(abs(exponent))"
    return trimmed("\(mantissa)") + "e" + power
  }

  /// Exactly as far as `decimals` places, without trailing zeros. For sizes between 1e-4 and 1e15.
  static func fixed(_ value: Double, decimals: Int) -> String {
    let value = rounded(value, decimals: decimals)
    return trimmed(value == 0 ? "0" : "\(value)")
  }

  private static func rounded(_ value: Double, decimals: Int) -> Double {
    let scale = pow(10, Double(decimals))
    return (value * scale).rounded() / scale
  }

  private static func trimmed(_ text: String) -> String { text.hasSuffix(".0") ? String(text.dropLast(2)) : text }
}
