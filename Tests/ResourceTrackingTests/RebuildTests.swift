import Basics
import FoundationEssentials
import ResourceTracking
import Testing
import TrainingModel

/// Chance that is the same every time: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014).
struct SeededChance: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite("What events add up to")
struct RebuildTests {
  /// Something that may happen; what the ledger refuses is refused.
  private func step(_ tracker: ResourceTracker, _ name: String, _ clock: TestLedger.Clock, _ chance: inout SeededChance) throws {
    let intent = IntentID(name)
    let past = clock.now.addingTimeInterval(-Double(Int.random(in: 0...5_000_000, using: &chance)) / 1_000.7)
    let window = Double(Int.random(in: 0...60, using: &chance))
    let changes: [LedgerChange] = [
      .requested, .requested, .confirmed(resource: ResourceID("m-" + name), launchedAt: past), .ready(since: nil), .ready(since: past),
      .heartbeat(at: past), .heartbeat(at: clock.now), .seen([intent]), .stopped(since: nil), .stopped(since: past), .started(since: nil),
      .deleting(reason: "over"), .deletionAttempted(error: "no", next: clock.now), .saidGone(ProvidersWord(window: window)),
      .saidGone(ProvidersWord(endedAt: past, ran: true, window: window)), .notListed(window: window), .protected(until: past), .unprotected,
      .noted("word"), .expires(past), .forgotten(reason: "enough"), .priced([SpotPrice(from: past, hourly: Money(2))], through: clock.now),
      .billed(Money(3)), .attempted(MutationAttempt("launch", effect: .none)), .voided(.refused(error: "no", comparedToken: false)),
      .budgeted(Budget(name: name, scope: .project("p"), limit: Money(3))), .unbudgeted(name: name), .adopted(row: live(name, past)),
    ]
    do {
      try tracker.append([(intent, changes.randomElement(using: &chance) ?? .requested)])
    } catch {
      guard case .refused = error else { throw error }
    }
  }

  private func live(_ name: String, _ launched: Date) -> LedgerRow {
    var row = Rows.fresh(name)
    (row.state, row.resource, row.launchedAt) = (.ready, ResourceID("m-" + name), launched)
    return row
  }

  @Test("whatever happens, everything made anew from the events is what was kept up with them", arguments: 1...6 as ClosedRange<UInt64>)
  func rebuilt(seed: UInt64) throws {
    var chance = SeededChance(state: seed)
    let ledger = try TestLedger()
    let tracker = try ledger.open()
    let spot = Meter(.compute, "m1, spot", hourly: Money(3), isCeiling: true, span: .running)
    let names = (0..<6).map { "i\($0)" }
    for name in names { try tracker.intend(Rows.fresh(name, at: ledger.clock.now, meters: [spot, Rows.disk]), request: "r") }
    for _ in 0..<150 {
      ledger.clock.pass(Double(Int.random(in: 0...4_000_000, using: &chance)) / 999.9)
      try step(tracker, names.randomElement(using: &chance) ?? "i0", ledger.clock, &chance)
    }
    let kept = try ledger.projections()
    #expect(kept.contains { $0.hasPrefix("daily|") } && kept.contains { $0.hasPrefix("intervals|") })
    try tracker.rebuildProjections()
    let anew = try ledger.projections()
    let isSame = anew == kept
    #expect(isSame, "\(Set(anew).symmetricDifference(kept).sorted().prefix(4))")
    #expect(try tracker.verify().fault == nil)
    // Damage to what is made from the events is mended by making it again.
    try ledger.tamper("DELETE FROM rows; UPDATE daily SET nanos = 7; DELETE FROM intervals")
    try tracker.rebuildProjections()
    let isMended = try ledger.projections() == kept
    #expect(isMended)
  }

  @Test("ended intervals and their days say the same sums", arguments: 1...4 as ClosedRange<UInt64>)
  func sums(seed: UInt64) throws {
    var chance = SeededChance(state: seed &* 77)
    let ledger = try TestLedger()
    let tracker = try ledger.open()
    for name in ["i1", "i2"] { try tracker.intend(Rows.fresh(name), request: "r") }
    for _ in 0..<120 {
      ledger.clock.pass(Double.random(in: 0...9_000, using: &chance))
      try step(tracker, ["i1", "i2"].randomElement(using: &chance) ?? "i1", ledger.clock, &chance)
    }
    let ended = try tracker.costIntervals().filter { $0.end != nil }
    let nanos = ended.flatMap { CostArithmetic.daily($0, until: ledger.clock.now) }.reduce(0) { $0 + ($1.nanos ?? 0) }
    #expect(try tracker.totals(by: []).reduce(0) { $0 + $1.nanos } == nanos)
    #expect(try tracker.totals(by: [.day, .kind]).reduce(0) { $0 + $1.nanos } == nanos)
    #expect(try tracker.totals(by: [.run]).reduce(0) { $0 + $1.nanos } == nanos)
    for interval in ended { #expect(interval.start < interval.end ?? .distantPast) }
  }
}
