import FoundationEssentials
import ResourceTracking
import Testing
import TrainingModel

@Suite("Cost intervals")
struct CostTests {
  /// A machine that was asked for at 0, launched at 10 s, seen running at 20 s.
  private func running(_ ledger: TestLedger, meters: [Meter] = [Rows.compute, Rows.disk]) throws -> (ResourceTracker, IntentID) {
    let tracker = try ledger.open()
    let row = Rows.fresh("i1", meters: meters)
    try tracker.intend(row, request: "r")
    try tracker.requested(row.intent)
    ledger.clock.pass(15)
    try tracker.confirmed(row.intent, ResourceID("m-1"), launchedAt: Self.time(10))
    ledger.clock.pass(5)
    try tracker.ready(row.intent)
    return (tracker, row.intent)
  }

  private static func time(_ seconds: TimeInterval) -> Date { TestLedger.dawn.addingTimeInterval(seconds) }

  /// Meter, start and end in seconds, quality.
  private func pieces(_ tracker: ResourceTracker, of intent: IntentID? = nil) throws -> [String] {
    try tracker.costIntervals().filter { intent == nil || $0.intent == intent }.map { interval in
      func text(_ date: Date?) -> String { date.map { "\(Int($0.timeIntervalSince(TestLedger.dawn)))" } ?? "…" }
      return
        "\(interval.meter.kind) \(text(interval.start))-\(text(interval.end)) \(interval.meter.hourly?.amount ?? -1) \(interval.quality)"
    }
  }

  @Test("begin at the provider's launch time and end at its time of the end, whenever we heard of either")
  func provider() throws {
    let ledger = try TestLedger()
    let (tracker, intent) = try running(ledger)
    #expect(try pieces(tracker) == ["compute 10-… 1 observed", "disk 10-… 0.1 observed"])
    ledger.clock.pass(7_200)
    try tracker.saidGone(intent, ProvidersWord(endedAt: Self.time(3_610), window: 60))
    #expect(try pieces(tracker) == ["compute 10-3610 1 observed", "disk 10-3610 0.1 observed"])
    ledger.clock.pass(60)
    #expect(try tracker.saidGone(intent, ProvidersWord(window: 60)).state == .absent)
    #expect(try tracker.totals(by: []).map(\.money) == [Money(Decimal(string: "1.1") ?? 0)])
  }

  @Test("end at the last sign of life and its bound when nobody tells the end; the bound is estimated")
  func bound() throws {
    let ledger = try TestLedger()
    let (tracker, intent) = try running(ledger, meters: [Rows.compute])
    ledger.clock.pass(1_000)
    try tracker.heartbeat(intent, at: Self.time(1_000))
    ledger.clock.pass(5_000)
    try tracker.saidGone(intent, ProvidersWord(window: 60, bound: 180))
    #expect(try pieces(tracker) == ["compute 10-1000 1 observed", "compute 1000-1180 1 estimated"])
    // A sighting takes it back: it ran all the time.
    try tracker.seen([intent])
    #expect(try pieces(tracker) == ["compute 10-… 1 observed"])
  }

  @Test("a machine that never started costs nothing, nor does a request that made none")
  func nothing() throws {
    let ledger = try TestLedger()
    let tracker = try ledger.open()
    for name in ["i1", "i2"] {
      try tracker.intend(Rows.fresh(name), request: "r")
      try tracker.requested(IntentID(name))
    }
    try tracker.confirmed(IntentID("i1"), ResourceID("m-1"), launchedAt: Self.time(10))
    ledger.clock.pass(600)
    for _ in 0..<2 {
      try tracker.saidGone(IntentID("i1"), ProvidersWord(endedAt: Self.time(20), ran: false, window: 60))
      ledger.clock.pass(60)
    }
    try tracker.void(IntentID("i2"), .refused(error: "no", comparedToken: false))
    #expect(try tracker.row(IntentID("i1"))?.state == .absent)
    #expect(try pieces(tracker).isEmpty && tracker.totals(by: []).isEmpty)
  }

  @Test("one that lived and died unseen is estimated from its launch")
  func unseen() throws {
    let ledger = try TestLedger()
    let tracker = try ledger.open()
    try tracker.intend(Rows.fresh("i1"), request: "r")
    try tracker.requested(IntentID("i1"))
    try tracker.confirmed(IntentID("i1"), ResourceID("m-1"), launchedAt: Self.time(10))
    ledger.clock.pass(9_000)
    try tracker.saidGone(IntentID("i1"), ProvidersWord(endedAt: Self.time(3_610), window: 60))
    #expect(try pieces(tracker) == ["compute 10-3610 1 estimated", "disk 10-3610 0.1 observed"])
  }

  @Test("one that waited for its turn costs from its start, as its provider tells it; the wait costs nothing")
  func queued() throws {
    let ledger = try TestLedger()
    let tracker = try ledger.open()
    for (name, word) in [
      ("i1", ProvidersWord(startedAt: Self.time(500), endedAt: Self.time(860), window: 60)),
      ("i2", ProvidersWord(endedAt: Self.time(860), ran: false, window: 60)),
    ] {
      try tracker.intend(Rows.fresh(name, meters: [Rows.compute]), request: "r")
      try tracker.requested(IntentID(name))
      try tracker.confirmed(IntentID(name), ResourceID(name), launchedAt: nil)
      ledger.clock.pass(1_000)
      try tracker.saidGone(IntentID(name), word)
      ledger.clock.pass(60)
      // The second word comes from one who remembers no times.
      try tracker.saidGone(IntentID(name), ProvidersWord(window: 60))
    }
    #expect(try pieces(tracker) == ["compute 500-860 1 observed"])
  }

  @Test("stopped, only the disk goes on; the vendor's minimum counts for each start")
  func stopped() throws {
    let ledger = try TestLedger()
    let (tracker, intent) = try running(ledger)
    ledger.clock.pass(20)
    try tracker.stopped(intent, since: Self.time(30))
    ledger.clock.pass(1_000)
    try tracker.started(intent, since: Self.time(900))
    #expect(try pieces(tracker) == ["compute 10-70 1 observed", "compute 900-… 1 observed", "disk 10-… 0.1 observed"])
  }

  @Test("stopped and started again in the same moment, as vendors tell it: each start is charged for")
  func sameMoment() throws {
    let ledger = try TestLedger()
    let tracker = try ledger.open()
    var row = Rows.fresh("i1", meters: [Meter(.compute, "m1", hourly: Money(9), isCeiling: true, minimumSeconds: 60, span: .running)])
    row.place.market = .spot
    try tracker.intend(row, request: "r")
    try tracker.requested(row.intent)
    try tracker.confirmed(row.intent, ResourceID("m-1"), launchedAt: Self.time(10))
    try tracker.ready(row.intent)
    try tracker.stopped(row.intent, since: Self.time(10))
    #expect(try tracker.spotGaps(LedgerFilter(), since: TestLedger.dawn).map(\.isFirst) == [true], "its sixty seconds have a price")
    try tracker.priced(row.intent, [SpotPrice(from: Self.time(0), hourly: Money(1))], through: Self.time(10))
    for _ in 0..<2 {
      try tracker.started(row.intent, since: Self.time(10))
      try tracker.stopped(row.intent, since: Self.time(10))
    }
    try tracker.priced(row.intent, [SpotPrice(from: Self.time(12), hourly: Money(2))], through: Self.time(20))
    #expect(try pieces(tracker) == Array(repeating: "compute 10-70 1 observed", count: 3))
    try tracker.rebuildProjections()
    #expect(try pieces(tracker).count == 3)
  }

  @Test("spot prices cut the running time; before and after what is known it is the ceiling, or estimated")
  func spot() throws {
    let ledger = try TestLedger()
    let ceiling = Meter(.compute, "m1", hourly: Money(9), isCeiling: true, span: .running)
    let (tracker, intent) = try running(ledger, meters: [ceiling])
    #expect(try pieces(tracker) == ["compute 10-… 9 estimated"])
    let prices = [SpotPrice(from: Self.time(100), hourly: Money(2)), SpotPrice(from: Self.time(200), hourly: Money(3))]
    try tracker.priced(intent, prices, through: Self.time(300))
    #expect(
      try pieces(tracker) == [
        "compute 10-100 9 estimated", "compute 100-200 2 observed", "compute 200-300 3 observed", "compute 300-… 3 estimated",
      ])
    try tracker.priced(intent, [SpotPrice(from: Self.time(0), hourly: Money(1))], through: Self.time(400))
    #expect(
      try pieces(tracker) == [
        "compute 10-100 1 observed", "compute 100-200 2 observed", "compute 200-400 3 observed", "compute 400-… 3 estimated",
      ])
  }

  @Test("what the market is still to be asked for: from the last answer on, until the machine ended; then its bill is observed to the end")
  func gaps() throws {
    let ledger = try TestLedger()
    let tracker = try ledger.open()
    var row = Rows.fresh("i1", meters: [Meter(.compute, "m1", hourly: Money(9), isCeiling: true, minimumSeconds: 60, span: .running)])
    row.place.market = .spot
    try tracker.intend(row, request: "r")
    try tracker.intend(Rows.fresh("on-demand"), request: "r")
    func gaps() throws -> [String] {
      try tracker.spotGaps(LedgerFilter(), since: TestLedger.dawn).map { gap in
        let (from, until) = (gap.from.timeIntervalSince(TestLedger.dawn), gap.until?.timeIntervalSince(TestLedger.dawn))
        return "\(gap.row.intent) \(Int(from))-\(until.map { "\(Int($0))" } ?? "…")\(gap.isFirst ? " first" : "")"
      }
    }
    for name in ["i1", "on-demand"] { try tracker.requested(IntentID(name)) }
    #expect(try gaps().isEmpty)
    for name in ["i1", "on-demand"] {
      try tracker.confirmed(IntentID(name), ResourceID("m-" + name), launchedAt: Self.time(10))
      try tracker.ready(IntentID(name))
    }
    #expect(try gaps() == ["i1 10-… first"])
    try tracker.priced(row.intent, [SpotPrice(from: Self.time(0), hourly: Money(2))], through: Self.time(20))
    #expect(try gaps() == ["i1 20-…"])
    ledger.clock.pass(200)
    for _ in 0..<2 {
      try tracker.saidGone(row.intent, ProvidersWord(endedAt: Self.time(30), window: 60))
      ledger.clock.pass(60)
    }
    #expect(try gaps() == ["i1 20-30"] && pieces(tracker, of: row.intent) == ["compute 10-20 2 observed", "compute 20-70 2 estimated"])
    #expect(try tracker.spotGaps(LedgerFilter(), since: Self.time(1)).isEmpty, "older than the vendor's memory")
    try tracker.priced(row.intent, [SpotPrice(from: Self.time(25), hourly: Money(3))], through: Self.time(30))
    #expect(try gaps().isEmpty)
    // Also what the vendor charges at least, beyond the end, is known then.
    #expect(
      try pieces(tracker, of: row.intent) == ["compute 10-25 2 observed", "compute 25-70 3 observed"])
    let kept = try ledger.projections()
    try tracker.rebuildProjections()
    #expect(try ledger.projections() == kept)
  }

  @Test("the vendor's bill takes the place of what was seen, to the last nano, once a row is over; what is adopted again begins anew")
  func bill() throws {
    let ledger = try TestLedger()
    let (tracker, intent) = try running(ledger)
    ledger.clock.pass(3_600)
    func unbilled() throws -> [String] {
      try tracker.unbilled(at: Rows.fresh("i1").place.provider, since: TestLedger.dawn, endedBefore: Self.time(1_000_000)).map {
        "\($0.row.intent) \(Int($0.start.timeIntervalSince(TestLedger.dawn)))-\(Int($0.end.timeIntervalSince(TestLedger.dawn)))"
      }
    }
    #expect(try unbilled().isEmpty, "it runs")
    for _ in 0..<2 {
      try tracker.saidGone(intent, ProvidersWord(endedAt: Self.time(2_017), window: 60))
      ledger.clock.pass(60)
    }
    #expect(try unbilled() == ["i1 10-2017"])
    let amount = Money(Decimal(string: "0.123456789") ?? 0)
    try tracker.billed(intent, amount)
    #expect(try tracker.totals(by: []).map(\.money) == [amount])
    #expect(try tracker.costIntervals().map(\.quality) == [.billed] && unbilled().isEmpty)
    let kept = try ledger.projections()
    try tracker.rebuildProjections()
    #expect(try ledger.projections() == kept)
  }

  @Test("what some rows cost is what their intervals add up to, whatever else is in the ledger")
  func ofRows() throws {
    let ledger = try TestLedger()
    let tracker = try ledger.open()
    let names = ["i1", "i2", "i3", "i4"].map { IntentID($0) }
    for name in names {
      try tracker.intend(
        Rows.fresh(name.rawValue, meters: name == names[2] ? [Meter(.disk, "d", hourly: nil)] : [Rows.compute]), request: "r")
    }
    for name in names.dropLast() {
      try tracker.requested(name)
      try tracker.confirmed(name, ResourceID("m-" + name.rawValue), launchedAt: Self.time(10))
      try tracker.ready(name)
    }
    ledger.clock.pass(3_610)
    try tracker.stopped(names[0], since: Self.time(1_810))
    try tracker.started(names[0], since: Self.time(1_810))
    let costs = try tracker.costs(of: [names[0], names[2], names[3]])
    #expect(Set(costs.keys) == [names[0], names[2]])
    #expect(costs[names[0]]?.amount(now: ledger.clock.now) == RunCost(amount: Money(1), hasUnknown: false, quality: .observed))
    #expect(costs[names[0]]?.running.count == 1)
    #expect(costs[names[2]]?.amount(now: ledger.clock.now)?.hasUnknown == true)
    #expect(RowCost.amount(costs.values, now: ledger.clock.now) == RunCost(amount: Money(1), hasUnknown: true, quality: .observed))
    #expect(RowCost.amount([], now: ledger.clock.now) == nil)
    #expect(try tracker.costs(of: []).isEmpty)
  }

  @Test("what an adopted machine cost before is estimated from its launch and its rate tag")
  func adopted() throws {
    let ledger = try TestLedger()
    let tracker = try ledger.open()
    ledger.clock.pass(1_000)
    var resource = Resource(id: ResourceID("m-9"), provider: "cloud", kind: "machine", state: .running)
    resource.launchedAt = Self.time(400)
    resource.tags = [OwnershipTags.rate: "0.526 USD/h; list price; 2026-07-20", OwnershipTags.project: "q"]
    let row = LedgerRow.adopting(
      resource, place: Rows.place, intent: IntentID("n1"), owner: "ana", installation: "home-1", isForeign: true, now: ledger.clock.now)
    try tracker.adopt(row)
    #expect(try pieces(tracker) == ["compute 400-1000 0.526 estimated", "compute 1000-… 0.526 observed"])
    let kept = try tracker.row(IntentID("n1"))
    #expect(kept?.isAdopted == true && kept?.project == "q" && kept?.meters.first?.asOf == "2026-07-20")
  }

  @Test("an unknown rate is time without money, never nothing")
  func unknown() throws {
    let ledger = try TestLedger()
    let (tracker, intent) = try running(ledger, meters: [Meter(.compute, "m1", hourly: nil, span: .running)])
    try tracker.saidGone(intent, ProvidersWord(endedAt: Self.time(110), window: 60))
    let total = try #require(try tracker.totals(by: []).first)
    #expect(total.nanos == 0 && total.unpricedMilliseconds == 100_000)
  }

  @Test("time by rate is exact, and days sum to their interval")
  func arithmetic() {
    let cases: [(String, Int64, Int64)] = [
      ("1", 3_600_000, 1_000_000_000), ("0.526", 3_600_000, 526_000_000), ("0.526", 1_000, 146_111), ("0.526", 100_000, 14_611_111),
      ("0.000000001", 3_600_000, 1), ("0.000000001", 1_799_999, 0), ("0.000000001", 1_800_000, 1),
      ("98765.4321", 3_600_000, 98_765_432_100_000),
      ("-1", 1_000, -277_778),
    ]
    for (rate, milliseconds, nanos) in cases {
      #expect(CostArithmetic.nanos(Money(Decimal(string: rate) ?? 0), milliseconds: milliseconds) == nanos, "\(rate) for \(milliseconds)")
    }
    var chance = SeededChance(state: 5)
    for _ in 0..<200 {
      let start = TestLedger.dawn.addingTimeInterval(Double(Int.random(in: 0...900_000_000, using: &chance)) / 1_000)
      let end = start.addingTimeInterval(Double(Int.random(in: 1...900_000_000, using: &chance)) / 1_000)
      let meter = Meter(.compute, "m", hourly: Money(Decimal(Int.random(in: 1...9_999_999, using: &chance)) / 1_000_000))
      let interval = CostInterval(intent: IntentID("i"), meterIndex: 0, meter: meter, start: start, end: end, quality: .observed)
      let days = CostArithmetic.daily(interval, until: end)
      let length = CostArithmetic.milliseconds(end) - CostArithmetic.milliseconds(start)
      #expect(days.reduce(0) { $0 + $1.milliseconds } == length)
      #expect(days.reduce(0) { $0 + ($1.nanos ?? 0) } == CostArithmetic.nanos(meter.hourly ?? .zero, milliseconds: length))
      #expect(
        zip(days, days.dropFirst()).allSatisfy { $0.day + 1 == $1.day } && days.allSatisfy { $0.milliseconds <= CostArithmetic.dayLength })
    }
    #expect(CostArithmetic.money(nanos: -1_500_000_000, currency: "EUR") == Money(Decimal(string: "-1.5") ?? 0, "EUR"))
  }
}
