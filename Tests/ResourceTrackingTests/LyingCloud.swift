import FoundationEssentials
import TrainingModel

/// A model of a cloud at its worst, by a clock in hand: requests that arrive late or never, answers that are lost, listings that lag up to the window or
/// have holes, deletions that say yes and do nothing for an hour. A token makes one machine.
struct LyingCloud {
  struct Machine {
    let id: ResourceID
    let intent: IntentID
    let launchedAt: Date
    var endedAt: Date?
    var endsAt: Date?
  }
  struct Delivery {
    let intent: IntentID
    let at: Date
  }
  /// No word of a change is later than this.
  let window: TimeInterval = 120
  private(set) var machines: [Machine] = []
  private var deliveries: [Delivery] = []
  var isHonest = false
  var chance: SeededChance

  init(seed: UInt64) { chance = SeededChance(state: seed) }

  private mutating func luck(_ percent: Int) -> Bool { !isHonest && Int.random(in: 0..<100, using: &chance) < percent }
  private mutating func lag() -> TimeInterval { isHonest ? 0 : Double.random(in: 0..<window, using: &chance) }

  var live: [Machine] { machines.filter { $0.endedAt == nil } }
  func machine(of intent: IntentID) -> Machine? { machines.first { $0.intent == intent } }
  /// Whether a request of an intent is still on its way.
  func isComing(_ intent: IntentID) -> Bool { deliveries.contains { $0.intent == intent } }

  /// Time has passed.
  mutating func pass(to now: Date) {
    for delivery in deliveries where delivery.at <= now { make(delivery.intent, at: delivery.at) }
    deliveries.removeAll { $0.at <= now }
    for index in machines.indices where machines[index].endedAt == nil {
      if let end = machines[index].endsAt, end <= now { machines[index].endedAt = end }
    }
  }

  private mutating func make(_ intent: IntentID, at: Date) {
    guard machine(of: intent) == nil else { return }
    machines.append(Machine(id: ResourceID("m-\(machines.count)"), intent: intent, launchedAt: at))
  }

  /// Sends a request; it is accepted within 15 minutes or never.
  /// - Returns: the machine when the answer comes back.
  mutating func send(_ intent: IntentID, at now: Date) -> Machine? {
    if luck(15) { return nil }
    if luck(30) {
      deliveries.append(Delivery(intent: intent, at: now.addingTimeInterval(Double.random(in: 1...899, using: &chance))))
      return nil
    }
    make(intent, at: now)
    return luck(30) ? nil : machine(of: intent)
  }

  /// Asks for an end; yes is always the answer.
  mutating func destroy(_ id: ResourceID, at now: Date) {
    guard let index = machines.firstIndex(where: { $0.id == id }), machines[index].endsAt == nil else { return }
    machines[index].endsAt = now.addingTimeInterval(luck(40) ? 3_600 : 1)
  }

  /// How one machine stood a while ago.
  mutating func status(_ id: ResourceID, at now: Date) -> ResourceState {
    let moment = now.addingTimeInterval(-lag())
    guard let machine = machines.first(where: { $0.id == id }) else { return .gone }
    return Self.state(machine, at: moment) ?? .gone
  }

  /// All machines as they stood a while ago, each its own while.
  mutating func list(at now: Date) -> (resources: [Resource], isComplete: Bool) {
    let hasHoles = luck(25)
    var resources: [Resource] = []
    for machine in machines {
      if hasHoles, luck(50) { continue }
      // Those that ended are forgotten after an hour.
      if let end = machine.endedAt, now.timeIntervalSince(end) > 3_600 { continue }
      guard let state = Self.state(machine, at: now.addingTimeInterval(-lag())) else { continue }
      var resource = Resource(id: machine.id, provider: "cloud", kind: "machine", state: state)
      (resource.intent, resource.installation, resource.launchedAt) = (machine.intent, "home-1", machine.launchedAt)
      resource.endedAt = state == .gone ? machine.endedAt : nil
      resource.place = Rows.place
      resources.append(resource)
    }
    return (resources, !hasHoles)
  }

  private static func state(_ machine: Machine, at moment: Date) -> ResourceState? {
    if let end = machine.endedAt, end <= moment { return .gone }
    return machine.launchedAt <= moment ? .running : nil
  }
}
