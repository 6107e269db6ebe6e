/// A function, initialiser, subscript or computed property, with the lines it takes.
struct SwiftFunction: Equatable {
  let line: Int
  let name: String
  /// From its keyword to its closing brace.
  let lineCount: Int
}

extension SwiftSource {
  /// Every function that has a body, in the order in which they begin.
  var functions: [SwiftFunction] {
    let characters = Array(code.utf8)
    var line = 1
    var found: [SwiftFunction] = []
    var index = 0
    while index < characters.count {
      if characters[index] == UInt8(ascii: "\n") { line += 1 }
      guard let word = word(at: index, in: characters) else {
        index += 1
        continue
      }
      if Self.keywords.contains(word), let body = body(after: index + word.utf8.count, word: word, in: characters) {
        let end = closing(of: body, in: characters)
        let lines = characters[index...end].count { $0 == UInt8(ascii: "\n") } + 1
        found.append(SwiftFunction(line: line, name: name(from: index, to: body, in: characters), lineCount: lines))
      }
      index += word.utf8.count
    }
    return found
  }

  private static var keywords: Set<String> { ["func", "init", "deinit", "subscript", "var"] }
  /// Words that begin another declaration: what came before them has no body.
  private static var beginnings: Set<String> {
    [
      "func", "init", "deinit", "subscript", "var", "let", "case", "static", "public", "private", "internal", "struct", "enum", "class",
      "extension", "protocol", "actor", "typealias", "associatedtype", "mutating", "return", "guard", "if", "for", "while", "import",
    ]
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")) || (byte >= 0x30 && byte <= 0x39) || byte == UInt8(ascii: "_")
  }

  /// The word that begins at an index; nil inside a word, and for members such as `.init`.
  private func word(at index: Int, in bytes: [UInt8]) -> String? {
    guard Self.isLetter(bytes[index]) else { return nil }
    if index > 0, Self.isLetter(bytes[index - 1]) || bytes[index - 1] == UInt8(ascii: ".") { return nil }
    return String(decoding: bytes[index...].prefix { Self.isLetter($0) }, as: UTF8.self)
  }

  /// Where the brace of the body stands; nil for a requirement, a call, or a stored property.
  private func body(after start: Int, word keyword: String, in bytes: [UInt8]) -> Int? {
    var index = start
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "("), UInt8(ascii: "["): index = closing(of: index, in: bytes)
      case UInt8(ascii: "{"): return index
      case UInt8(ascii: "}"), UInt8(ascii: ")"), UInt8(ascii: ";"), UInt8(ascii: "@"): return nil
      case UInt8(ascii: "=") where keyword == "var": return nil
      case UInt8(ascii: "\n") where keyword == "var": return nil
      default:
        if let word = word(at: index, in: bytes) {
          if Self.beginnings.contains(word) { return nil }
          index += word.utf8.count - 1
        }
      }
      index += 1
    }
    return nil
  }

  /// Where what opens at an index is closed; the end of the file when it is not.
  private func closing(of start: Int, in bytes: [UInt8]) -> Int {
    var depth = 0
    for index in start..<bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
    }
    return bytes.count - 1
  }

  /// The declaration's first line, as it is written.
  private func name(from start: Int, to end: Int, in bytes: [UInt8]) -> String {
    String(decoding: bytes[start..<end].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "(") }, as: UTF8.self)
  }
}
