import Basics
import Documents
import TOML
import Testing

@Suite("TOML: places and words")
struct TOMLMessageTests {
  struct Slip: Sendable, CustomTestStringConvertible {
    let text: String
    let place: String
    let problem: String
    var hint = ""
    var testDescription: String { text.replacing("\n", with: "⏎") }
  }

  static let slips: [Slip] = [
    Slip(text: "default: local\n", place: "1:8", problem: "'=' between key and value", hint: "`default = local`"),
    Slip(text: "default = local\n", place: "1:11", problem: "text needs quotes", hint: "`\"local\"`"),
    Slip(text: "a = 1\nmemory = 8g\n", place: "2:10", problem: "text needs quotes", hint: "`\"8g\"`"),
    Slip(text: "gpu = True\n", place: "1:7", problem: "no value of TOML", hint: "`true`"),
    Slip(text: "gpu = off\n", place: "1:7", problem: "no value of TOML", hint: "`false`"),
    Slip(text: "x = null\n", place: "1:5", problem: "TOML has no 'null'"),
    Slip(text: "x =\n", place: "1:4", problem: "a value is missing"),
    Slip(text: "x = é\n", place: "1:5", problem: "'é' cannot begin one"),
    Slip(text: "é = 1\n", place: "1:1", problem: "a key must stand here, not 'é'"),
    Slip(text: "x = \"abc\ny = 1\n", place: "1:5", problem: "quote is not closed on its line"),
    Slip(text: "x = \"\"\"abc\ny = 1\n", place: "1:5", problem: "never closed"),
    Slip(text: "x = [1, 2\ny = 3\n", place: "2:1", problem: "a ',' or ']' must follow"),
    Slip(text: "x = [1, 2", place: "1:5", problem: "never closed"),
    Slip(text: "x = {a = 1\n}\n", place: "1:5", problem: "not closed on its line"),
    Slip(text: "x = {a = 1,}\n", place: "1:12", problem: "no ',' may stand before"),
    Slip(text: "[providers.local\nmodule = 1\n", place: "1:17", problem: "must end with ']'"),
    Slip(text: "[[a]\n", place: "1:4", problem: "must end with ']]'"),
    Slip(text: "[a]\nx = 1\n[b]\n[a]\n", place: "4:2", problem: "given before, on line 1"),
    Slip(text: "a = 1\na = 2\n", place: "2:1", problem: "given before, on line 1"),
    Slip(text: "a = 1 b = 2\n", place: "1:7", problem: "the line must end here"),
    Slip(text: "a = 007\n", place: "1:5", problem: "no zero may lead"),
    Slip(text: "a = 9223372036854775808\n", place: "1:5", problem: "64 bits"),
    Slip(text: "a = \"\\q\"\n", place: "1:6", problem: "begins no escape"),
    Slip(text: "a = 2024-02-30\n", place: "1:5", problem: "text needs quotes"),
  ]

  @Test("A slip gets its place and its words", arguments: slips)
  func slip(_ slip: Slip) throws {
    let error = try #require(throws: SourceDiagnostic.self) { try TOML.parse(SourceText(name: "providers.toml", text: slip.text)) }
    #expect(error.position?.description == slip.place, "\(error.rendered)")
    #expect(error.problem.contains(slip.problem), "\(error.rendered)")
    #expect(slip.hint.isEmpty || error.hints.contains { $0.contains(slip.hint) }, "\(error.rendered)")
  }

  @Test("Every key and value knows its line and column")
  func positions() throws {
    let root = try TOML.parse(SourceText(name: "t", text: "a.b = 1\n[\"日\".\"c d\"]\n  x = [1,\n 2]\n[[t]]\n[[t]]\ny=1\n")).mapping("t")
    #expect(root.entries.map(\.keyPosition.description) == ["1:1", "2:2", "5:3"])
    #expect(try root["a"]?.mapping("a").entry("b")?.value.position.description == "1:7")
    let inner = try #require(try root["日"]?.mapping("日").entry("c d"))
    #expect(inner.keyPosition.description == "2:6")
    #expect(try inner.value.mapping("c d")["x"]?.items("x").map(\.position.description) == ["3:8", "4:2"])
    #expect(try root["t"]?.items("t").map(\.position.description) == ["5:1", "6:1"])
  }

  @Test("Depth and size are limited")
  func limits() throws {
    for text in ["a = " + String(repeating: "[", count: 50_000), String(repeating: "a.", count: 500) + "a = 1"] {
      #expect(throws: SourceDiagnostic.self) { try TOML.parse(SourceText(name: "t", text: text)) }
    }
    let many = "a = [" + String(repeating: "1,", count: 1_000) + "]"
    #expect(throws: SourceDiagnostic.self) { try TOML.parse(SourceText(name: "t", text: many), limits: DocumentLimits(nodes: 1_000)) }
  }
}
