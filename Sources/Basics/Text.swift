extension StringProtocol {
  /// Without white space at both ends.
  public func trimmed() -> String {
    guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(self[start...end])
  }
}

/// The nearest known word to a mistyped one.
public enum Suggestion {
  /// The word of `known` that `word` was probably meant to be, or nil when none is near enough.
  public static func nearest(to word: String, among known: some Sequence<String>) -> String? {
    let typed = word.lowercased()
    let allowed = max(1, typed.count / 3)
    var best: (word: String, distance: Int)?
    for candidate in known {
      let lower = candidate.lowercased()
      var distance = editDistance(typed, lower)
      if lower.hasPrefix(typed) && typed.count >= 3 { distance = min(distance, allowed) }
      if distance <= allowed && distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word
  }

  /// Insertions, deletions, replacements and swaps of neighbours between two words.
  public static func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left)
    let right = Array(right)
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in 0..<left.count {
      var row = [i + 1]
      for j in 0..<right.count {
        var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[right.count]
  }
}
