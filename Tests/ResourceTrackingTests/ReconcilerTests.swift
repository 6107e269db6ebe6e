import FoundationEssentials
import ResourceTracking
import Testing
import TrainingModel

@Suite("Reconciliation")
struct ReconcilerTests {
  private static let now = TestLedger.dawn.addingTimeInterval(10_000)
  private let reconciler = Reconciler(installation: "home-1", now: now, window: 60)

  private static func row(_ name: String, _ state: LedgerState, since: TimeInterval = -5_000, resource: String? = nil) -> LedgerRow {
    var row = Rows.fresh(name)
    (row.state, row.stateSince) = (state, now.addingTimeInterval(since))
    row.resource = resource.map { ResourceID($0) }
    row.requestedAt = now.addingTimeInterval(since)
    return row
  }

  private static func live(_ id: String, intent: String?, installation: String? = "home-1", _ state: ResourceState = .running) -> Resource {
    var resource = Resource(id: ResourceID(id), provider: "cloud", kind: "machine", state: state)
    (resource.intent, resource.installation) = (intent.map { IntentID($0) }, installation)
    return resource
  }

  @Test("what is live is known, ours to adopt, another's or foreign, by its tags and the ledger together")
  func classes() {
    let rows = [
      Self.row("i1", .ready, resource: "m1"), Self.row("i2", .requested), Self.row("i3", .void), Self.row("i4", .absent, resource: "m4"),
    ]
    let resources = [
      Self.live("m1", intent: "i1"), Self.live("m2", intent: "i2"), Self.live("m3", intent: "i3"), Self.live("m4", intent: "i4"),
      Self.live("m5", intent: "i1"), Self.live("m6", intent: "zz"), Self.live("m7", intent: nil, installation: nil),
      Self.live("m8", intent: "i9", installation: "home-2"), Self.live("m9", intent: nil, installation: "home-1", .gone),
    ]
    let found = reconciler.compare(rows, resources)
    #expect(found.known.map(\.resource.id.rawValue) == ["m1", "m2"])
    #expect(found.adoptable.map(\.resource.id.rawValue) == ["m3", "m4", "m5", "m6"])
    #expect(found.adoptable.map(\.continues?.rawValue) == ["i3", "i4", nil, nil])
    #expect(found.another.map(\.id.rawValue) == ["m8"])
    #expect(found.foreign.map(\.id.rawValue) == ["m7"])
    #expect(found.unlisted.isEmpty)
  }

  @Test(
    "what a scheduler puts back into its queue costs nothing until it runs again; a cloud that calls what runs starting has only lagged")
  func waitsAgain() {
    let rows = [
      Self.row("i1", .ready, resource: "m1"), Self.row("i2", .stopped, resource: "m2"), Self.row("i3", .observed, resource: "m3"),
    ]
    let waiting = rows.compactMap(\.resource).map { Self.live($0.rawValue, intent: nil, .starting) }
    #expect(reconciler.compare(rows, waiting).steps.isEmpty)
    var scheduler = reconciler
    scheduler.mayWaitAgain = true
    #expect(scheduler.compare(rows, waiting).steps.map(\.change) == [.stopped(since: nil)])
    let running = scheduler.compare(rows, [Self.live("m2", intent: nil)]).steps
    #expect(running.map(\.intent?.rawValue) == ["i2"] && running.map(\.change) == [.started(since: nil)])
    var over = Self.live("m2", intent: nil, .gone)
    (over.launchedAt, over.endedAt) = (Self.now.addingTimeInterval(-60), Self.now)
    let gone = LedgerChange.saidGone(ProvidersWord(startedAt: over.launchedAt, endedAt: Self.now, window: 60))
    #expect(scheduler.compare(rows, [over]).steps.map(\.change) == [.started(since: over.launchedAt), gone], "a turn that nobody saw")
    over.launchedAt = Self.now.addingTimeInterval(-9_000)
    #expect(scheduler.compare(rows, [over]).steps.count == 1, "its only start was before it was put back")
  }

  @Test("a listing with holes proves nothing about what it does not show; a complete one leads to a question, not to an end")
  func partial() {
    let rows = [
      Self.row("i1", .ready, resource: "m1"), Self.row("i2", .requested), Self.row("i3", .observed, since: -59, resource: "m3"),
      Self.row("i4", .deleting, since: -1, resource: "m4"), Self.row("i5", .intent),
    ]
    let found = reconciler.compare(rows, [])
    #expect(found.steps.isEmpty && found.unlisted.count == rows.count)
    for unanswered: Set<String>? in [nil, ["r1"]] {
      let holes = reconciler.absent(found.unlisted, ListingCoverage(account: "a1", regions: nil, unanswered: unanswered))
      #expect(holes.steps.isEmpty && holes.toAsk.isEmpty && holes.elsewhere.isEmpty)
    }
    let whole = reconciler.absent(found.unlisted, ListingCoverage(account: "a1", regions: ["r1", "r2"], unanswered: ["r2"]))
    #expect(whole.steps.map(\.intent?.rawValue) == ["i2", "i5"])
    #expect(whole.steps.map(\.change) == [.notListed(window: 60), .voided(.neverSent)])
    #expect(whole.toAsk.map(\.intent.rawValue) == ["i1", "i4"])
    #expect(reconciler.answered(rows[0], .gone)?.change == .saidGone(ProvidersWord(window: 60)))
    #expect(reconciler.answered(rows[0], .running)?.change == .seen([IntentID("i1")]))
    #expect(reconciler.answered(rows[2], .gone) == nil)
  }

  @Test("where nobody looked nothing is missing: another account's, and another region's, are neither asked for nor over")
  func elsewhere() {
    let rows = [
      Self.row("i1", .ready, resource: "m1"), Self.row("i2", .requested), Self.row("i3", .deleting, resource: "m3"),
      Self.row("i4", .intent),
    ]
    for coverage in [
      ListingCoverage(account: "another", regions: nil, unanswered: []), ListingCoverage(account: "a1", regions: ["r2"], unanswered: []),
    ] {
      let absence = reconciler.absent(rows, coverage)
      #expect(absence.steps.isEmpty && absence.toAsk.isEmpty && absence.elsewhere.map(\.intent) == rows.map(\.intent))
    }
  }

  @Test("what another home has adopted is let go; what we adopted a moment ago is not")
  func transferred() {
    var adopted = Self.row("i2", .ready, since: -10, resource: "m2")
    adopted.isAdopted = true
    let resources = [Self.live("m1", intent: "i1", installation: "home-2"), Self.live("m2", intent: "i2", installation: "home-2")]
    let found = reconciler.compare([Self.row("i1", .ready, resource: "m1"), adopted], resources)
    #expect(found.another.map(\.id.rawValue) == ["m1"] && found.known.map(\.resource.id.rawValue) == ["m2"])
    #expect(found.steps.map(\.intent?.rawValue) == ["i1"] && found.unlisted.isEmpty)
    let isLetGo = if case .forgotten? = found.steps.first?.change { true } else { false }
    #expect(isLetGo)
  }

  @Test("what a person gave up is shown and not taken back")
  func forgotten() {
    var row = Self.row("i1", .ready, resource: "m1")
    row.isForgotten = true
    let found = reconciler.compare([row], [Self.live("m1", intent: "i1")])
    #expect(found.another.count == 1 && found.adoptable.isEmpty && found.steps.isEmpty && found.seen.isEmpty)
  }

  @Test("a lying cloud: one machine an intent, none given up that lives, none left in the end", arguments: 1...10 as ClosedRange<UInt64>)
  func simulation(seed: UInt64) throws {
    var world = try Simulation(seed: seed)
    for _ in 0..<160 { try world.step() }
    #expect(world.launched > 10)
    try world.settle()
  }
}

/// A home that launches, retries, dies in between, reconciles and deletes, against a lying cloud.
private struct Simulation {
  let ledger: TestLedger
  let tracker: ResourceTracker
  var cloud: LyingCloud
  var chance: SeededChance
  var launched = 0

  init(seed: UInt64) throws {
    ledger = try TestLedger()
    tracker = try ledger.open()
    cloud = LyingCloud(seed: seed)
    chance = SeededChance(state: seed &+ 1_000)
  }

  var now: Date { ledger.clock.now }

  mutating func pass(_ seconds: ClosedRange<Double>) {
    ledger.clock.pass(Double.random(in: seconds, using: &chance))
    cloud.pass(to: now)
  }

  mutating func step() throws {
    pass(1...400)
    switch Int.random(in: 0..<10, using: &chance) {
    case 0, 1: try launch()
    case 2: try retry()
    case 3: try deleteOne()
    default: try reconcile()
    }
    try check()
  }

  mutating func launch() throws {
    launched += 1
    let row = Rows.fresh("i\(launched)", at: now)
    try tracker.intend(row, request: "r")
    // The home dies here now and then.
    if Int.random(in: 0..<10, using: &chance) > 0 { try send(row.intent) }
  }

  mutating func send(_ intent: IntentID) throws {
    try tracker.requested(intent)
    guard let machine = cloud.send(intent, at: now) else { return }
    if Int.random(in: 0..<10, using: &chance) > 0, machine.endedAt == nil {
      try tracker.confirmed(intent, machine.id, launchedAt: machine.launchedAt)
    }
  }

  mutating func retry() throws {
    var filter = LedgerFilter()
    filter.states = [.requested]
    if let row = try tracker.rows(filter).randomElement(using: &chance) { try send(row.intent) }
  }

  mutating func deleteOne() throws {
    let rows = try tracker.rows().filter { $0.resource != nil }
    guard let row = rows.randomElement(using: &chance), let resource = row.resource else { return }
    try tracker.deleting(row.intent, reason: "over")
    cloud.destroy(resource, at: now)
    try tracker.deletionAttempt(row.intent, next: now)
  }

  mutating func reconcile() throws {
    let (resources, isComplete) = cloud.list(at: now)
    let reconciler = Reconciler(installation: "home-1", now: now, window: cloud.window)
    let found = reconciler.compare(try tracker.rows(at: "cloud", namedBy: resources), resources)
    #expect(found.another.isEmpty && found.foreign.isEmpty)
    for step in found.steps { try tracker.append([(step.intent, step.change)]) }
    try tracker.seen(found.seen)
    for find in found.adoptable {
      let intent = find.continues ?? find.resource.intent ?? IntentID("never")
      try tracker.adopt(
        LedgerRow.adopting(
          find.resource, place: Rows.place, intent: intent, owner: "ana", installation: "home-1", isForeign: false, now: now))
    }
    let coverage = ListingCoverage(account: Rows.place.account, regions: nil, unanswered: isComplete ? [] : nil)
    let absence = reconciler.absent(found.unlisted, coverage)
    for step in absence.steps { try tracker.append([(step.intent, step.change)]) }
    for row in absence.toAsk {
      guard let resource = row.resource, let step = reconciler.answered(row, cloud.status(resource, at: now)) else { continue }
      try tracker.append([(step.intent, step.change)])
    }
  }

  /// What must hold at every moment.
  func check() throws {
    for row in try tracker.rows(.everything) {
      let machine = cloud.machine(of: row.intent)
      #expect(cloud.machines.filter { $0.intent == row.intent }.count <= 1)
      if row.state == .absent { #expect(machine?.endedAt != nil, "\(row.intent) was said to be gone and lives") }
      if row.state == .void { #expect(machine == nil && !cloud.isComing(row.intent), "\(row.intent) was given up and is there") }
    }
  }

  /// With an honest cloud everything comes to an end, and nothing lives on.
  mutating func settle() throws {
    cloud.isHonest = true
    for _ in 0..<40 {
      pass(600...900)
      try reconcile()
      for row in try tracker.rows() where row.resource != nil {
        try tracker.deleting(row.intent, reason: "over")
        if let resource = row.resource { cloud.destroy(resource, at: now) }
      }
      try check()
    }
    #expect(cloud.live.isEmpty)
    #expect(try tracker.rows().isEmpty)
    #expect(try tracker.running().isEmpty)
    #expect(try tracker.verify().fault == nil)
    #expect(Set(try tracker.rows(.everything).filter { $0.state == .absent }.map(\.intent)) == Set(cloud.machines.map(\.intent)))
  }
}
