/// Matches a path against a pattern as git does (wildmatch.c with WM_PATHNAME): `*` and `?` stay within a component, `**` between slashes spans
/// any number of them, `[…]` knows ranges, negation and POSIX classes, a backslash takes the next character as it is.
struct Wildcard {
  private enum Outcome {
    case match
    case noMatch
    /// The text is at its end: no other place for a `*` helps.
    case abort
    /// A `*` met a slash: only a `**` further left can help.
    case abortToDoubleStar
  }

  private let pattern: [UInt8]
  private let text: [UInt8]

  /// Whether the whole of `text` matches.
  static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
    Wildcard(pattern: pattern, text: text).run(0, 0) == .match
  }

  private static let slash = UInt8(ascii: "/")
  private static let star = UInt8(ascii: "*")
  private static let backslash = UInt8(ascii: "\\")

  private func run(_ patternStart: Int, _ textStart: Int) -> Outcome {
    var (p, t) = (patternStart, textStart)
    while p < pattern.count {
      let symbol = pattern[p]
      guard t < text.count || symbol == Self.star else { return .abort }
      switch symbol {
      case UInt8(ascii: "?"):
        if text[t] == Self.slash { return .noMatch }
      case Self.star: return stars(p, t)
      case UInt8(ascii: "["):
        guard let (isIn, end) = bracket(p, text[t]) else { return .abort }
        if !isIn || text[t] == Self.slash { return .noMatch }
        p = end
      default:
        if symbol == Self.backslash { p += 1 }
        // A backslash at the end is no pattern.
        guard p < pattern.count, pattern[p] == text[t] else { return .noMatch }
      }
      p += 1
      t += 1
    }
    return t == text.count ? .match : .noMatch
  }

  /// One `*` or more at `start`.
  private func stars(_ start: Int, _ textStart: Int) -> Outcome {
    var p = start
    while p < pattern.count, pattern[p] == Self.star { p += 1 }
    var spansSlashes = false
    if p - start > 1, start == 0 || pattern[start - 1] == Self.slash {
      let next = p < pattern.count ? pattern[p] : nil
      let isEscapedSlash = next == Self.backslash && p + 1 < pattern.count && pattern[p + 1] == Self.slash
      if next == nil || next == Self.slash || isEscapedSlash {
        // `**/` may also stand for nothing.
        if next == Self.slash, run(p + 1, textStart) == .match { return .match }
        spansSlashes = true
      }
    }
    guard p < pattern.count else {
      return spansSlashes || !text[textStart...].contains(Self.slash) ? .match : .abortToDoubleStar
    }
    if !spansSlashes, pattern[p] == Self.slash {
      guard let end = text[textStart...].firstIndex(of: Self.slash) else { return .abort }
      return run(p + 1, end + 1)
    }
    for t in textStart..<text.count {
      let outcome = run(p, t)
      if outcome != .noMatch, !spansSlashes || outcome != .abortToDoubleStar { return outcome }
      if !spansSlashes, text[t] == Self.slash { return .abortToDoubleStar }
    }
    return .abort
  }

  /// Reads `[…]`.
  /// - Returns: whether `byte` is in it, and where its `]` stands; nil when there is none.
  private func bracket(_ start: Int, _ byte: UInt8) -> (isIn: Bool, end: Int)? {
    var p = start + 1
    guard p < pattern.count else { return nil }
    let isNegated = pattern[p] == UInt8(ascii: "!") || pattern[p] == UInt8(ascii: "^")
    if isNegated { p += 1 }
    var isIn = false
    var previous: UInt8?
    var isFirst = true
    while true {
      guard p < pattern.count else { return nil }
      var symbol = pattern[p]
      if symbol == UInt8(ascii: "]"), !isFirst { return (isIn != isNegated, p) }
      isFirst = false
      if symbol == UInt8(ascii: "["), p + 1 < pattern.count, pattern[p + 1] == UInt8(ascii: ":"), let end = classEnd(p + 2) {
        guard let test = Self.classes[String(decoding: pattern[(p + 2)..<end], as: UTF8.self)] else { return nil }
        if test(byte) { isIn = true }
        previous = nil
        p = end + 2
        continue
      }
      if symbol == UInt8(ascii: "-"), let low = previous, p + 1 < pattern.count, pattern[p + 1] != UInt8(ascii: "]") {
        p += 1
        symbol = pattern[p]
        if symbol == Self.backslash {
          p += 1
          guard p < pattern.count else { return nil }
          symbol = pattern[p]
        }
        if low <= byte && byte <= symbol { isIn = true }
        previous = nil
      } else {
        if symbol == Self.backslash {
          p += 1
          guard p < pattern.count else { return nil }
          symbol = pattern[p]
        }
        if symbol == byte { isIn = true }
        previous = symbol
      }
      p += 1
    }
  }

  /// Where `:]` begins, when it ends a class's name that begins at `start`.
  private func classEnd(_ start: Int) -> Int? {
    guard let close = pattern[start...].firstIndex(of: UInt8(ascii: "]")), close > start, pattern[close - 1] == UInt8(ascii: ":") else {
      return nil
    }
    return close - 1
  }

  private static let classes: [String: @Sendable (UInt8) -> Bool] = [
    "alnum": { isLetter($0) || isDigit($0) }, "alpha": isLetter, "blank": { $0 == 0x20 || $0 == 0x09 },
    "cntrl": { $0 < 0x20 || $0 == 0x7F }, "digit": isDigit, "graph": { $0 > 0x20 && $0 < 0x7F },
    "lower": { (0x61...0x7A).contains($0) }, "print": { $0 >= 0x20 && $0 < 0x7F },
    "punct": { $0 > 0x20 && $0 < 0x7F && !isLetter($0) && !isDigit($0) }, "space": { $0 == 0x20 || (0x09...0x0D).contains($0) },
    "upper": { (0x41...0x5A).contains($0) },
    "xdigit": { isDigit($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0) },
  ]
  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
