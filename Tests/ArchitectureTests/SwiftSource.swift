/// A Swift file, and the same without what is inside comments and strings.
struct SwiftSource {
  let path: String
  let text: String
  /// The text with the contents of comments, strings and regular expressions turned to blanks; every line and column stays where it was.
  let code: String

  init(path: String, text: String) {
    self.path = path
    self.text = text
    var blanker = Blanker(text)
    code = blanker.run()
  }

  /// The lines of the code, without comments and strings.
  var lines: [Substring] { code.split(separator: "\n", omittingEmptySubsequences: false) }
}

/// Walks over Swift source and blanks what is not code.
private struct Blanker {
  private let bytes: [UInt8]
  private var kept: [UInt8]
  private var index = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    kept = bytes
  }

  private static let special = Set("/#\"()".utf8)

  mutating func run() -> String {
    code(untilParenthesis: false)
    return String(decoding: kept, as: UTF8.self)
  }

  private func at(_ text: StaticString, _ offset: Int = 0) -> Bool {
    let start = index + offset
    guard start + text.utf8CodeUnitCount <= bytes.count else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[start + $0] == text.utf8Start[$0] }
  }

  private mutating func blank(_ count: Int) {
    for _ in 0..<count where index < bytes.count {
      if bytes[index] != UInt8(ascii: "\n") { kept[index] = UInt8(ascii: " ") }
      index += 1
    }
  }

  /// - Parameter untilParenthesis: ends behind the parenthesis that closes an interpolation.
  private mutating func code(untilParenthesis: Bool) {
    var depth = 0
    while index < bytes.count {
      // Most bytes are none of these: tests are built without optimisation, and this walks over every file.
      guard Self.special.contains(bytes[index]) else {
        index += 1
        continue
      }
      let hashes = bytes[index...].prefix { $0 == UInt8(ascii: "#") }.count
      if at("//") {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { blank(1) }
      } else if at("/*") {
        comment()
      } else if at("\"", hashes) {
        string(hashes: hashes)
      } else if hashes > 0, at("/", hashes) {
        regularExpression(hashes: hashes)
      } else {
        if at("(") { depth += 1 }
        if at(")") { depth -= 1 }
        index += 1
        if untilParenthesis, depth < 0 { return }
      }
    }
  }

  /// Comments nest.
  private mutating func comment() {
    var depth = 0
    repeat {
      if at("/*") {
        depth += 1
        blank(2)
      } else if at("*/") {
        depth -= 1
        blank(2)
      } else {
        blank(1)
      }
    } while depth > 0 && index < bytes.count
  }

  private mutating func string(hashes: Int) {
    blank(hashes)
    let quotes = at("\"\"\"") ? 3 : 1
    blank(quotes)
    while index < bytes.count {
      if at("\\"), followed(by: hashes, 1) {
        let interpolates = at("(", 1 + hashes)
        blank(2 + hashes)
        if interpolates { code(untilParenthesis: true) }
      } else if quotes == 3 ? at("\"\"\"") : at("\""), followed(by: hashes, quotes) {
        blank(quotes + hashes)
        return
      } else {
        blank(1)
      }
    }
  }

  private mutating func regularExpression(hashes: Int) {
    blank(hashes + 1)
    while index < bytes.count, !(at("/") && followed(by: hashes, 1)) { blank(1) }
    blank(1 + hashes)
  }

  private func followed(by hashes: Int, _ offset: Int) -> Bool {
    (0..<hashes).allSatisfy { at("#", offset + $0) }
  }
}
