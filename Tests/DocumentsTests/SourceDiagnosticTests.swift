import Basics
import Documents
import FoundationEssentials
import Testing
import YAML

@Suite("Diagnostics")
struct SourceDiagnosticTests {
  @Test("The whole form: headline, line, caret, hints")
  func whole() {
    let source = SourceText(name: "train.yaml", text: "name: x\n  imgae: y\n")
    let diagnostic = source.diagnostic("unknown key 'imgae'", at: SourcePosition(line: 2, column: 3), hints: ["did you mean 'image'?"])
    #expect(
      diagnostic.rendered == """
        train.yaml:2:3: unknown key 'imgae'
          2 |   imgae: y
            |   ^
          hint: did you mean 'image'?
        """)
    #expect(diagnostic.exitCode.rawValue == 78)
  }

  struct Shown: Sendable {
    let line: String
    let column: Int
    let shown: String
    let caret: Int
  }

  @Test(
    "The caret stands under the character, whatever its width",
    arguments: [
      Shown(line: "abc", column: 1, shown: "abc", caret: 0),
      Shown(line: "abc", column: 9, shown: "abc", caret: 3),
      Shown(line: "\tx", column: 2, shown: "    x", caret: 4),
      Shown(line: "a\tx", column: 3, shown: "a   x", caret: 4),
      Shown(line: "日本: x", column: 3, shown: "日本: x", caret: 4),
      Shown(line: "e\u{301}: x", column: 3, shown: "e\u{301}: x", caret: 1),
      Shown(line: "a\u{1B}[31mb", column: 3, shown: "a\u{FFFD}[31mb", caret: 2),
    ])
  func caret(_ row: Shown) {
    let excerpt = SourceExcerpt(line: row.line, position: SourcePosition(line: 7, column: row.column))
    #expect(excerpt.line == "  7 | " + row.shown)
    #expect(excerpt.caret == "    | " + String(repeating: " ", count: row.caret) + "^")
  }

  @Test("Of a very long line, the part around the caret is shown", arguments: [1, 50, 500, 9_999, 10_000, 10_001])
  func longLines(column: Int) throws {
    var line = String(repeating: "x", count: 10_000)
    if column <= 10_000 {
      let index = line.index(line.startIndex, offsetBy: column - 1)
      line.replaceSubrange(index...index, with: "!")
    }
    let excerpt = SourceExcerpt(line: line, position: SourcePosition(line: 1, column: column))
    #expect(excerpt.line.count <= SourceExcerpt.width + 8)
    let caret = excerpt.caret.count - 1
    let under = Array(excerpt.line)
    #expect(column > 10_000 ? caret == under.count : under[caret] == "!")
  }

  @Test("A line break may be LF, CRLF or CR")
  func lineBreaks() {
    let source = SourceText(name: "t", text: "a\r\nb\rc\n\nd")
    #expect((0...6).map { source.line($0) } == [nil, "a", "b", "c", "", "d", nil])
  }

  struct Bytes: Sendable {
    let bytes: [UInt8]
    let problem: String
    let place: String?
  }

  @Test(
    "What is no text is refused where it is none",
    arguments: [
      Bytes(bytes: Array("a: 1\nb: \0".utf8), problem: "binary", place: "2:4"),
      Bytes(bytes: Array("é: 1\né: ".utf8) + [0xFF, 0x41], problem: "byte 0xFF", place: "2:4"),
      Bytes(bytes: Array("a: ".utf8) + [0xE2, 0x82], problem: "not UTF-8", place: "1:4"),
      Bytes(bytes: [0xFF, 0xFE, 0x61, 0x00], problem: "UTF-16", place: "1:1"),
      Bytes(bytes: [UInt8](repeating: 0x20, count: 2_000), problem: "too large", place: nil),
    ])
  func noText(_ row: Bytes) throws {
    let limits = DocumentLimits(bytes: 1_000)
    let error = try #require(throws: SourceDiagnostic.self) { try YAML.parse(Data(row.bytes), name: "t", limits: limits) }
    #expect(error.problem.contains(row.problem))
    #expect(error.position?.description == row.place)
  }

  @Test("A byte order mark of UTF-8 is no part of the text")
  func byteOrderMark() throws {
    let node = try YAML.parse(Data([0xEF, 0xBB, 0xBF] + Array("a: 1".utf8)), name: "t")
    #expect(try node.mapping("t").entries.first?.keyPosition == .start)
  }

  @Test("Several findings come in the order of the file")
  func several() throws {
    let node = try YAML.parse(SourceText(name: "t", text: "b: x\na: [1]\nzz: 1\n"))
    let collector = DiagnosticCollector()
    var reader = try #require(MappingReader(node, collector: collector))
    _ = reader.text("a")
    _ = reader.int("b")
    reader.finish()
    let error = try #require(throws: SourceDiagnostics.self) { try collector.finish() }
    #expect(
      error.all.map(\.headline) == [
        "t:1:4: 'b' must be a whole number, not the text 'x'", "t:2:4: 'a' must be text, not a list", "t:3:1: unknown key 'zz'",
      ])
    #expect(error.message.contains("hint: known keys: a, b"))
  }
}
