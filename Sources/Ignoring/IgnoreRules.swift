/// The rules of one ignore file, as gitignore(5) reads them. Pure.
public struct IgnoreRules: Sendable, Equatable {
  /// What a rule says of a path.
  public enum Verdict: Sendable, Equatable {
    /// It is left out.
    case ignored
    /// A rule with `!`.
    case kept
  }

  private struct Rule: Sendable, Equatable {
    var pattern: [UInt8]
    var verdict: Verdict
    var foldersOnly: Bool
    /// Whether it is compared with the path from the file's own folder; else with the last component alone.
    var isAnchored: Bool
  }

  private var rules: [Rule] = []

  /// No rule.
  public init() {}

  /// Reads a file.
  public init(_ text: String) {
    let bytes = Array(text.utf8)
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    rules = body.split(separator: 0x0A, omittingEmptySubsequences: true).compactMap { Self.rule(Array($0)) }
  }

  /// These rules, and then those of another file, which win.
  public func then(_ other: IgnoreRules) -> IgnoreRules {
    var both = self
    both.rules += other.rules
    return both
  }

  /// Whether nothing is said.
  public var isEmpty: Bool { rules.isEmpty }

  /// What the last rule that matches says; nil when none does.
  /// - Parameter path: from the folder of the file.
  public func verdict(on path: some StringProtocol, isFolder: Bool) -> Verdict? {
    let whole = Array(path.utf8)
    let name = whole.lastIndex(of: UInt8(ascii: "/")).map { Array(whole[($0 + 1)...]) } ?? whole
    return rules.last { rule in
      (isFolder || !rule.foldersOnly) && Wildcard.matches(rule.pattern, rule.isAnchored ? whole : name)
    }?.verdict
  }

  private static func rule(_ line: [UInt8]) -> Rule? {
    var line = line
    if line.last == 0x0D { line.removeLast() }
    guard line.first != UInt8(ascii: "#") else { return nil }
    dropTrailingSpaces(&line)
    var pattern = line[...]
    var verdict = Verdict.ignored
    if pattern.first == UInt8(ascii: "!") {
      pattern = pattern.dropFirst()
      verdict = .kept
    }
    let foldersOnly = pattern.last == UInt8(ascii: "/")
    if foldersOnly { pattern = pattern.dropLast() }
    let isAnchored = pattern.contains(UInt8(ascii: "/"))
    if pattern.first == UInt8(ascii: "/") { pattern = pattern.dropFirst() }
    guard !pattern.isEmpty else { return nil }
    return Rule(pattern: Array(pattern), verdict: verdict, foldersOnly: foldersOnly, isAnchored: isAnchored)
  }

  /// Spaces at the end do not count, unless a backslash stands before them.
  private static func dropTrailingSpaces(_ line: inout [UInt8]) {
    var end = 0
    var index = 0
    while index < line.count {
      if line[index] == UInt8(ascii: "\\") {
        index = min(index + 2, line.count)
        end = index
      } else {
        if line[index] != 0x20 { end = index + 1 }
        index += 1
      }
    }
    line.removeSubrange(end...)
  }
}
