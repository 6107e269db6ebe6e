/// Breaks our own sentences into lines. Help text is ours and printable, so a character is one column here.
enum TextLayout {
  /// Breaks `text` at spaces into lines of at most `width` columns; a longer word keeps a line of its own.
  static func wrap(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var line = ""
      for word in paragraph.split(separator: " ") {
        if line.isEmpty {
          line = String(word)
        } else if line.count + 1 + word.count <= width {
          line += " " + word
        } else {
          lines.append(line)
          line = String(word)
        }
      }
      lines.append(line)
    }
    return lines
  }

  /// Two columns: a term and what it means; a term that is too long gets a line of its own.
  static func definitions(_ entries: [(term: String, meaning: String)], indent: Int, width: Int) -> [String] {
    let margin = String(repeating: " ", count: indent)
    let widest = entries.map(\.term.count).max() ?? 0
    let column = min(widest, max(12, min(30, width / 2 - indent)))
    let start = indent + column + 2
    var lines: [String] = []
    for entry in entries {
      let meaning = wrap(entry.meaning, width: max(16, width - start))
      let padding = String(repeating: " ", count: start)
      if entry.term.count > column {
        lines.append(margin + entry.term)
        lines += meaning.map { padding + $0 }
      } else {
        let gap = String(repeating: " ", count: column - entry.term.count + 2)
        lines.append(margin + entry.term + (meaning.first.map { $0.isEmpty ? "" : gap + $0 } ?? ""))
        lines += meaning.dropFirst().map { padding + $0 }
      }
    }
    return lines
  }
}
