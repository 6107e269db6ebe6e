import Basics
import FoundationEssentials
import Testing
import TrainingModel

@Suite("The mailbox's names and values")
struct MailboxTests {
  private let layout = MailboxLayout(prefix: "/team/ml/", installation: "0f3c", runUID: "0193-aa")

  @Test("Every key of a run lies below its own prefix, no two are the same")
  func keys() throws {
    #expect(layout.base == "team/ml/0f3c/0193-aa/")
    #expect(MailboxLayout(prefix: "", installation: "i", runUID: "u").record == "i/u/run.json")
    #expect(MailboxLayout.home(prefix: "p", installation: "i") == "p/i/")
    let keys =
      [
        layout.record, layout.config, layout.job, layout.progress, layout.metrics, layout.heartbeat, layout.agentLog, layout.manifest,
        layout.environment, layout.follower, layout.log(at: 0), layout.log(at: 7), try #require(layout.output("manifest.json")),
      ] + AgentCommand.allCases.map(layout.command)
    #expect(Set(keys).count == keys.count)
    for key in keys { #expect(key.hasPrefix(layout.base), "\(key)") }
    for shared in [layout.agent(sha256: "ab"), layout.bundle(sha256: "ab")] {
      #expect(shared.hasPrefix("team/ml/0f3c/") && !shared.hasPrefix(layout.base))
    }
  }

  @Test("A log piece's key is 20 digits, tells its offset, and sorts as the offset does")
  func pieces() {
    var chance = SystemRandomNumberGenerator()
    var offsets: [Int64] = [0, 1, 9, 10, 99, 262_144, .max, .max - 1]
    for _ in 0..<500 { offsets.append(Int64.random(in: 0 ... .max >> Int64.random(in: 0...62, using: &chance), using: &chance)) }
    for offset in offsets {
      let key = layout.log(at: offset)
      #expect(key.utf8.count == layout.logs.utf8.count + 20)
      #expect(layout.logOffset(of: key) == offset)
    }
    let sorted = offsets.sorted()
    #expect(sorted.map { layout.log(at: $0) } == sorted.map { layout.log(at: $0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    for other in ["", layout.record, layout.logs, layout.logs + "1", layout.logs + "0000000000000000000x", layout.log(at: 1) + "0"] {
      #expect(layout.logOffset(of: other) == nil, "\(other)")
    }
  }

  @Test(
    "A path that is no output has no key, and a key that leads out of the outputs no path",
    arguments: [
      "", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", ".", "a/./b", "a\nb", "a\u{7F}", String(repeating: "x", count: 1_024),
    ])
  func badOutputs(path: String) {
    #expect(layout.output(path) == nil)
    if path.utf8.count < 1_000 { #expect(layout.outputPath(of: layout.outputs + path) == nil) }
  }

  @Test(
    "Paths with spaces, plus signs, dots and other scripts keep their spelling", arguments: ["a b+c", "модель/é.pt", "..a/b..", ".hidden"])
  func goodOutputs(path: String) throws {
    let key = try #require(layout.output(path))
    #expect(layout.outputPath(of: key) == path)
  }

  @Test("An order survives writing and reading, and holds no secret by its very form")
  func order() throws {
    var order = FarOrder(
      store: StoreAddress(bucket: "b", region: "eu-west-1", endpoint: "http://127.0.0.1:1", pathStyle: true), mailbox: layout,
      deadline: Date(timeIntervalSince1970: 1_763_700_000.5))
    order.bundle = BundleReference(sha256: "ab", bytes: 3)
    order.idleSeconds = 600
    order.costLimit = CostLimit(hourly: Money(Decimal(1) / 2), maximum: Money(3), since: order.deadline)
    order.interruption = "notice"
    order.restart = RestartOrder(most: 2, counter: "COUNT", resumeFlag: "--resume")
    #expect(try JSON.decode(FarOrder.self, from: try JSON.encode(order)) == order)
    #expect(order.runFolder.path == "/var/lib/runpilot/0193-aa/run")
  }

  @Test("Money is spent when rate and time make the maximum; without a rate nobody knows when")
  func costLimit() throws {
    let start = Date(timeIntervalSince1970: 1_000)
    let rate = try #require(Decimal(string: "0.526"))
    #expect(CostLimit(hourly: Money(rate), maximum: Money(rate * 2), since: start).end == start.addingTimeInterval(7_200))
    var order = FarOrder(store: StoreAddress(bucket: "b", region: ""), mailbox: layout, deadline: start.addingTimeInterval(1e6))
    order.costLimit = CostLimit(hourly: Money(1), maximum: Money(1), since: nil)
    #expect(
      order.costLimit?.end == nil && order.begun(at: start).costLimit?.end == start.addingTimeInterval(3_600), "waiting costs nothing")
    #expect(CostLimit(hourly: .zero, maximum: Money(1), since: start).end == nil)
    #expect(CostLimit(hourly: Money(1, "EUR"), maximum: Money(1), since: start).end == nil)
    let next = try #require(Decimal(string: "0.0000000001"))
    let never = try #require(CostLimit(hourly: Money(next), maximum: Money(1_000_000), since: start).end)
    #expect(never > start.addingTimeInterval(3e9))
  }
}
