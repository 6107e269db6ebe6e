import Basics
import CostReporting
import FoundationEssentials
import Testing

@Suite("docs/costs.md")
struct DocumentTests {
  private static func page() throws -> String {
    try Files.readText(URL(filePath: #filePath).deletingLastPathComponent().path + "/../../docs/costs.md")
  }

  @Test("It explains every column of the CSV, in their order")
  func columns() throws {
    let rows = try Self.page().split(separator: "\n").drop { $0 != "| column | holds |" }.dropFirst(2).prefix { $0.hasPrefix("| `") }
    #expect(rows.map { String($0.dropFirst(3).prefix { $0 != "`" }) } == CostCSV.header)
  }

  @Test("It names every column of our own in FOCUS")
  func ours() throws {
    let page = try Self.page()
    for name in FocusCSV.header where name.hasPrefix("x_") { #expect(page.contains("`\(name)`"), "\(name)") }
  }
}
