/// Text from elsewhere (names, tags, messages of engines) made harmless for a terminal.
public enum Printable {
  /// One line in which every control character, and everything that reorders or hides text, is written out: `\n`, `\u{1B}`.
  public static func line(_ text: some StringProtocol) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return String(text) }
    var safe = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if isHarmless(scalar) { safe.append(scalar) } else { safe.append(contentsOf: written(scalar).unicodeScalars) }
    }
    return String(safe)
  }

  /// Several lines; line feeds and tabs stay, everything else is as in ``line(_:)``.
  public static func lines(_ text: some StringProtocol) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).map { line($0) }.joined(separator: "\t") }
      .joined(separator: "\n")
  }

  /// Whether a scalar may reach a terminal as it is. Joiners stay: emoji and several scripts are written with them.
  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
    case .format: scalar == "\u{200D}" || scalar == "\u{200C}"
    default: true
    }
  }

  private static func written(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
    }
  }
}
