import Testing
import XML

@Suite("XML")
struct XMLTests {
  private func parse(_ text: String, limits: XMLLimits = XMLLimits()) throws -> XMLNode {
    try XMLNode.parse(Array(text.utf8), limits: limits)
  }

  @Test("Elements, text and entities of the language itself")
  func elements() throws {
    let node = try parse("<?xml version=\"1.0\"?><a xmlns=\"urn:x\"><b>1 &lt; 2 &#x41;</b>\n<c/><b><![CDATA[<&>]]></b></a>")
    #expect(node.name == "a" && node.all("b").map(\.text) == ["1 < 2 A", "<&>"] && node["c"]?.children.isEmpty ?? false)
  }

  @Test(
    "What could do harm is refused: declared entities, depth, length",
    arguments: [
      "<!DOCTYPE a [<!ENTITY b \"bbbb\">]><a>&b;</a>", "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
      String(repeating: "<a>", count: 100) + String(repeating: "</a>", count: 100),
    ])
  func harm(text: String) { #expect(throws: XMLFault.self) { try parse(text) } }

  @Test("An answer that is too long is refused")
  func long() {
    #expect(throws: XMLFault.self) { try parse("<a>" + String(repeating: "x", count: 200) + "</a>", limits: XMLLimits(bytes: 100)) }
  }

  @Test("A fault says where", arguments: [("<a>\n  <b></c></a>", 2), ("<a>", 1), ("", 1), ("text", 1)])
  func fault(text: String, line: Int) {
    let fault = #expect(throws: XMLFault.self) { try parse(text) }
    #expect(fault.map { $0.line == line || $0.line == 0 } ?? false, "\(String(describing: fault))")
  }
}
