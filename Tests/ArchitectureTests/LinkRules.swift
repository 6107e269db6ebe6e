/// Links of the documents that lead to files and headings.
struct LinkRules {
  /// Whether a path, from the root of the repository, is there.
  let exists: (String) -> Bool
  /// The text of a document.
  let text: (String) -> String?

  func check(_ path: String) -> [Finding] {
    prose(text(path) ?? "").flatMap { number, line in
      line.matches(of: #/\]\(([^)\s]+)\)/#).compactMap { match in
        objection(to: String(match.1), in: path).map { Finding(path, number, $0) }
      }
    }
  }

  private func objection(to link: String, in path: String) -> String? {
    if link.firstMatch(of: #/^[a-z]+:/#) != nil { return nil }
    let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let target = parts[0].isEmpty ? path : resolve(parts[0], from: path)
    guard exists(target) else { return "the link \(link) leads nowhere: there is no \(target)" }
    guard parts.count == 2, target.hasSuffix(".md"), let text = text(target) else { return nil }
    return anchors(text).contains(parts[1]) ? nil : "the link \(link) leads to no heading of \(target)"
  }

  private func resolve(_ link: String, from path: String) -> String {
    var parts = path.split(separator: "/").dropLast().map(String.init)
    for part in link.split(separator: "/") {
      switch part {
      case "..": _ = parts.popLast()
      case ".": break
      default: parts.append(String(part))
      }
    }
    return parts.joined(separator: "/")
  }

  /// The lines outside fenced code, with code spans taken out.
  private func prose(_ text: String) -> [(Int, String)] {
    var fenced = false
    return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().compactMap { index, line in
      if line.drop(while: { $0 == " " }).hasPrefix("```") {
        fenced.toggle()
        return nil
      }
      // A code span may be the text of a link, so only its contents go.
      return fenced ? nil : (index + 1, String(line.replacing(#/`[^`]*`/#, with: "``")))
    }
  }

  /// Headings as hosts turn them into anchors.
  private func anchors(_ text: String) -> Set<String> {
    var fenced = false
    let headings = text.split(separator: "\n").filter { line in
      if line.hasPrefix("```") { fenced.toggle() }
      return !fenced && line.hasPrefix("#")
    }
    return Set(
      headings.map { heading in
        let name = heading.drop { $0 == "#" }.drop { $0 == " " }.lowercased()
        return String(name.filter { $0.isLetter || $0.isNumber || $0 == " " || $0 == "-" || $0 == "_" }.map { $0 == " " ? "-" : $0 })
      })
  }
}
