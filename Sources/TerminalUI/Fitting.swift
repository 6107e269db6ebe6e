/// Cutting and padding text to a number of columns.
public enum Fitting {
  /// Where text that is too long is cut.
  public enum Cut: Sendable {
    /// The end goes: names, commands.
    case end
    /// The middle goes: paths and digests, whose ends tell most.
    case middle
  }

  /// `text` in at most `columns` columns, with an ellipsis where something was cut.
  public static func truncate(_ text: String, to columns: Int, cut: Cut = .end, unicode: Bool = true) -> String {
    guard columns > 0 else { return "" }
    if TextWidth.columns(text) <= columns { return text }
    let ellipsis = unicode ? "…" : columns > 3 ? "..." : "~"
    let room = columns - TextWidth.columns(ellipsis)
    guard room > 0 else { return ellipsis }
    switch cut {
    case .end: return prefix(of: text, columns: room) + ellipsis
    case .middle:
      let tail = room / 2
      return prefix(of: text, columns: room - tail) + ellipsis + suffix(of: text, columns: tail)
    }
  }

  /// `text` followed (or preceded) by spaces up to `columns`.
  public static func pad(_ text: String, to columns: Int, alignRight: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, columns - TextWidth.columns(text)))
    return alignRight ? space + text : text + space
  }

  /// Breaks `text` at spaces into lines of at most `columns`; a longer word keeps a line of its own, so that paths can be copied.
  public static func wrap(_ text: String, columns: Int?) -> [String] {
    guard let columns else { return [text] }
    var lines: [String] = []
    var line = ""
    var width = 0
    for word in text.split(separator: " ") {
      let wordWidth = TextWidth.columns(word)
      if width == 0 {
        (line, width) = (String(word), wordWidth)
      } else if width + 1 + wordWidth <= columns {
        line += " " + word
        width += 1 + wordWidth
      } else {
        lines.append(line)
        (line, width) = (String(word), wordWidth)
      }
    }
    return lines + [line]
  }

  private static func prefix(of text: String, columns: Int) -> String {
    var left = columns
    return String(
      text.prefix { character in
        left -= TextWidth.columns(of: character)
        return left >= 0
      })
  }

  private static func suffix(of text: String, columns: Int) -> String {
    var left = columns
    var kept: [Character] = []
    for character in text.reversed() {
      left -= TextWidth.columns(of: character)
      if left < 0 { break }
      kept.append(character)
    }
    return String(kept.reversed())
  }
}
