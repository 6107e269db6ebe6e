import Basics
import ControlAPI
import FoundationEssentials
import TerminalUI
import Testing
import TrainingModel

@testable import RunPilotCLI

@Suite("Resources as they are shown")
struct ResourceReportTests {
  static func view(
    _ id: String, _ state: LedgerState, hourly: String?, standing: Standing = .ours, orphan: String? = nil, name: String = "digits"
  ) -> ResourceView {
    let created = Date(timeIntervalSince1970: 1_795_230_000)
    var row = LedgerRow(
      intent: IntentID("019a0000-0000-7000-8000-\(id)"), token: "t", kind: "machine",
      place: RentalPlace(provider: "cloud", account: "123", region: "eu", zone: "eu-a", machine: "g4"), owner: "me@example.org",
      installation: "i", meters: [], createdAt: created)
    row.state = state
    row.resource = ResourceID("m-\(id)")
    row.runID = RunID("rp_0001")
    row.runName = name
    let price = hourly.flatMap { Decimal(string: $0) }.map { Money($0) }
    return ResourceView(
      standing: standing, row: row, hourly: price, cost: price.map { RunCost(amount: $0, hasUnknown: false, quality: .observed) },
      orphan: orphan)
  }

  @Test("A formula, a quote, a comma and a line feed in a name stay one field of CSV")
  func csv() {
    let name = "=cmd|'/c calc'!A1, \"quoted\"\nsecond"
    let text = ResourceTable.csv([Self.view("1", .ready, hourly: "0.526", name: name)])
    #expect(text.contains("\"'=cmd|'/c calc'!A1, \"\"quoted\"\"\nsecond\""))
    #expect(text.hasSuffix("\r\n"))
    #expect(ResourceTable.field("-0.5") == "-0.5", "a negative number is no formula")
    #expect(ResourceTable.field("a\r\nb") == "\"a\r\nb\"")
  }

  @Test("HTML shows what was typed, and runs none of it")
  func html() {
    let text = ResourceTable.html([Self.view("1", .ready, hourly: nil, name: "<script>alert('x')</script>")], at: Date())
    #expect(!text.contains("<script>"))
    #expect(text.contains("&lt;script&gt;alert(&#39;x&#39;)"))
  }

  @Test("Prices that are not known are said to be unknown, and not summed as nothing")
  func unknown() {
    let listing = ResourceListing(resources: [
      Self.view("1", .ready, hourly: "0.526"), Self.view("2", .stopped, hourly: nil), Self.view("3", .absent, hourly: "9"),
    ])
    let summary = ResourceSummaryReport(listing: listing)
    #expect(summary.lines.map(\.unknown).reduce(0, +) == 1)
    #expect(summary.lines.flatMap(\.hourly).map(\.shortText) == ["$0.526"])
  }

  @Test("Insights name the next step, and none for what is gone")
  func insights() {
    let insights = InsightReport([
      Self.view("1", .ready, hourly: "1", orphan: "its run ended 3 h ago"), Self.view("2", .absent, hourly: "1", orphan: "old"),
      Self.view("3", .ready, hourly: "1", standing: .foreign), Self.view("4", .ready, hourly: "1"),
      Self.view("5", .stopped, hourly: "0.01"),
    ]).insights
    #expect(insights.map(\.resource) == ["m-1", "m-3", "m-5"])
    #expect(insights[0].next == "`runpilot resources cleanup m-1`")
    #expect(!insights[1].next.contains("cleanup"), "nobody is told to destroy a stranger's machine")
  }
}
