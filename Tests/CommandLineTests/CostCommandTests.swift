import Basics
import CostReporting
import FoundationEssentials
import Synchronization
import Testing
import TrainingModel

@Suite("costs")
struct CostCommandTests {
  @Test("A report is a table with a total, and what runs now with what it comes to", arguments: CostGrouping.allCases)
  func report(grouping: CostGrouping) async throws {
    let result = try await Stage(costs: FakeCosts()).run("costs report --by \(grouping.rawValue)", columns: 80)
    #expect(result.code == 0)
    Snapshot.expect(result.output, is: "costs_report_--by_\(grouping.rawValue)-80.txt")
  }

  @Test("What has no price is said; what will not go is shown and makes the code 3")
  func stuck() async throws {
    let result = try await Stage(costs: FakeCosts(stuck: true, unpriced: true)).run("costs", columns: 100)
    #expect(result.code == 3)
    Snapshot.expect(result.output, is: "costs_stuck-100.txt")
  }

  @Test("JSON has exact amounts as strings, and the same totals by every grouping")
  func json() async throws {
    let stage = try Stage(costs: FakeCosts())
    var totals: Set<String> = []
    for grouping in CostGrouping.allCases {
      let result = try await stage.run("costs report --json --by \(grouping.rawValue)")
      let value = try JSON.decode(JSONValue.self, from: Data(result.output.utf8))
      #expect(value["schema"]?.stringValue == "runpilot/costs/v1")
      totals.insert(try #require(value["total"]?["amounts"]?.arrayValue?.first?["amount"]?.stringValue))
    }
    // (0.526 + 0.011) × (24 + 25) hours
    #expect(totals == ["26.313"])
  }

  @Test("Days limit a report; a time counts as its day")
  func period() async throws {
    let stage = try Stage(costs: FakeCosts())
    func total(_ words: String) async throws -> String? {
      let value = try JSON.decode(JSONValue.self, from: Data(try await stage.run("costs report --json \(words)").output.utf8))
      return value["total"]?["amounts"]?.arrayValue?.first?["amount"]?.stringValue
    }
    #expect(try await total("--since 2026-11-21T09:30:00Z") == "12.351")
    #expect(try await total("--until 2026-11-21") == "13.962")
    #expect(try await total("--since 2026-11-22") == nil)
  }

  @Test("Where nothing was spent it says so on standard error, and prints nothing")
  func nothing() async throws {
    let stage = try Stage()
    let result = try await stage.run("costs report")
    #expect((result.code, result.output, result.errors) == (0, "", "nothing was spent\n"))
    #expect(try await stage.run("costs budget").errors.hasPrefix("no budget is set"))
    #expect(try await stage.run("costs export").output == CostCSV.header.joined(separator: ",") + "\r\n")
  }

  @Test("An export goes to standard output or into a file, which is not replaced unasked", arguments: ["csv", "focus-csv", "html", "json"])
  func export(format: String) async throws {
    let stage = try Stage(costs: FakeCosts())
    let printed = try await stage.run("costs export --format \(format)")
    #expect(printed.code == 0)
    #expect(!printed.output.isEmpty)
    let file = stage.folder + "/out"
    let words = "costs export --format \(format) -o \(file)"
    #expect(try await stage.run(words).code == 0)
    #expect(String(decoding: try Files.read(file), as: UTF8.self) == printed.output)
    #expect(try await stage.run(words).code == 73)
    #expect(try await stage.run(words + " --force").code == 0)
  }

  @Test("FOCUS leaves out what has no price, says so, and ends with 3")
  func unpriced() async throws {
    let result = try await Stage(costs: FakeCosts(unpriced: true)).run("costs export --format focus-csv")
    #expect(result.code == 3)
    #expect(result.errors.hasPrefix("warning: 4 charges have no known price"))
  }

  @Test("Budgets are set, replaced, listed and removed")
  func budgets() async throws {
    let costs = FakeCosts()
    let stage = try Stage(costs: costs)
    #expect(try await stage.run("costs budget set monthly --limit 20").code == 0)
    #expect(try await stage.run("costs budget set thesis --limit 12.50EUR --project thesis --warn-at 50").code == 0)
    #expect(try await stage.run("costs budget set monthly --limit 100").code == 0)
    Snapshot.expect(try await stage.run("costs budget list", columns: 100).output, is: "costs_budget_list-100.txt")
    #expect(
      costs.kept.withLock { $0 } == [
        Budget(name: "thesis", scope: .project("thesis"), limit: Money(Decimal(string: "12.5") ?? 0, "EUR"), warnAtPercent: 50),
        Budget(name: "monthly", scope: .month, limit: Money(100)),
      ])
    #expect(try await stage.run("costs budget remove monthly").code == 0)
    #expect(try await stage.run("costs budget remove monthly").code == 66)
    for wrong in ["x", "x --limit -5", "x --limit 1.2.3", "x --limit 5usd", "x --limit 5 --warn-at 0", "x --limit 5 --run 1 --project p"] {
      #expect(try await stage.run("costs budget set \(wrong)").code == 64, "\(wrong)")
    }
  }

  @Test("Every command of docs/costs.md does what it says")
  func documented() async throws {
    let page = try Files.readText(URL(filePath: #filePath).deletingLastPathComponent().path + "/../../docs/costs.md")
    let lines = page.split(separator: "\n").filter { $0.hasPrefix("runpilot costs ") }
    #expect(lines.count >= 10)
    let stage = try Stage(costs: FakeCosts())
    for line in lines {
      let words = line.prefix { $0 != "#" }.split(separator: " ").dropFirst().map {
        $0.contains(".") && !$0.contains("-") ? stage.folder + "/\($0)" : String($0)
      }
      #expect(try await stage.run(words).code == 0, "\(line)")
    }
  }
}
