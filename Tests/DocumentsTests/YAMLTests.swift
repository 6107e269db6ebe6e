import Basics
import Documents
import RunPilotTesting
import Testing
import YAML

@Suite("YAML")
struct YAMLTests {
  private func parse(_ text: String, _ limits: DocumentLimits = DocumentLimits()) throws -> Node {
    try YAML.parse(SourceText(name: "t.yaml", text: text), limits: limits)
  }

  @Test(
    "Plain words mean what the core schema of YAML 1.2 says",
    arguments: [
      ("yes", JSONValue.string("yes")), ("on", .string("on")), ("NO", .string("NO")), ("true", .bool(true)), ("False", .bool(false)),
      ("tRue", .string("tRue")), ("1e-4", .double(0.0001)), ("1.", .double(1)), (".5", .double(0.5)), (".", .string(".")),
      ("1.2.3", .string("1.2.3")), ("0x1F", .int(31)), ("0o17", .int(15)), ("010", .int(10)), ("+5", .int(5)),
      ("1_000", .string("1_000")), ("12:30", .string("12:30")), ("2024-01-01", .string("2024-01-01")), ("~", .null), ("", .null),
      ("null", .null), ("8g", .string("8g")), ("1e", .string("1e")), ("'1'", .string("1")), ("\"true\"", .string("true")),
      (".inf", .string(".inf")), ("9223372036854775807", .int(.max)), ("9223372036854775808", .double(9223372036854775808)),
      ("0x", .string("0x")), ("!!str 1", .string("1")), ("!!float 1", .double(1)), ("! 1", .string("1")),
    ])
  func scalars(text: String, value: JSONValue) throws {
    #expect(try parse("a: " + text).json == .object(["a": value]))
  }

  @Test("A scalar keeps its text as written", arguments: ["1e-4", "0x1F", "1.50", "True", "007", "99999999999999999999"])
  func asWritten(_ text: String) throws {
    let value = try #require(try parse("a: " + text).mapping("t")["a"])
    #expect(try value.text("a") == text)
  }

  @Test("Every value and key knows its line and column")
  func positions() throws {
    let root = try parse("# c\nname: é x\nenv:\n  LR: 1e-4\ntags: [a, 日本, b]\n").mapping("t")
    #expect(root.entries.map(\.keyPosition.description) == ["2:1", "3:1", "5:1"])
    #expect(root["name"]?.position.description == "2:7")
    #expect(try root["env"]?.mapping("env")["LR"]?.position.description == "4:7")
    #expect(try root["tags"]?.items("tags").map(\.position.description) == ["5:8", "5:11", "5:15"])
  }

  @Test("An empty file is a null", arguments: ["", "\n", "# only a comment\n", "---\n"])
  func empty(_ text: String) throws { #expect(try parse(text).isNull) }

  @Test("Aliases repeat values")
  func aliases() throws {
    #expect(try parse("a: &x {b: 1}\nc: [*x, *x]\n").json["c"] == .array([.object(["b": .int(1)]), .object(["b": .int(1)])]))
  }

  @Test("A few lines cannot stand for billions of values")
  func billionLaughs() throws {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...20 { text += "a\(level): &a\(level) [" + (0..<10).map { _ in "*a\(level - 1)" }.joined(separator: ", ") + "]\n" }
    let error = try #require(throws: SourceDiagnostic.self) { try parse(text) }
    #expect(error.problem.contains("more than 100000 values"))
  }

  @Test("Depth is limited", arguments: ["[", "{a: ", "- "])
  func depth(_ open: String) throws {
    let error = try #require(throws: SourceDiagnostic.self) { try parse(String(repeating: open, count: 50_000)) }
    #expect(error.problem.contains("deeper than 100"))
  }

  @Test("Whatever is written is read back as the same value")
  func roundTrip() throws {
    var random = Chance(seed: 20_261_121)
    for _ in 0..<3_000 {
      let value = random.value(depth: 3)
      let text = YAML.text(of: Node(json: value))
      let node = try parse(text)
      #expect(node.json == value, "\(text)")
      #expect(YAML.text(of: node) == text)
    }
  }

  @Test(
    "Text that a reader of YAML 1.1 would take for something else is quoted",
    arguments: [
      "yes", "No", "on", "1e3", "0o7", "12:30:45", "2024-01-01", "1_0", ".5", "~", "null", "=", "<<", "- a", "a: b", "a #b", " a", "a ",
      "a:",
    ])
  func quoted(_ text: String) { #expect(YAML.text(of: .string(text)) == "\"\(text)\"\n") }

  @Test("Text that needs no quotes gets none", arguments: ["python train.py", "a:b", "a#b", "s3://x/y", "it's", "x=1, y=2", "日本"])
  func plain(_ text: String) { #expect(YAML.text(of: .string(text)) == "\(text)\n") }

  @Test("Block style, in the order given")
  func block() {
    let node = Node.mapping([
      ("name", .string("x")), ("empty", .sequence([])), ("none", .mapping([])),
      ("list", .sequence([.mapping([("a", .int(1)), ("b", .sequence([.bool(true)]))]), .sequence([.int(1), .int(2)])])),
    ])
    #expect(
      YAML.text(of: node) == """
        name: x
        empty: []
        none: {}
        list:
          - a: 1
            b:
              - true
          - - 1
            - 2

        """)
  }
}
