import Basics
import FoundationEssentials
import RunPilotTesting
import Testing
import TrainingModel

/// The built program is killed just before and just after everything that it writes for good and everything that it asks of a cloud. Whatever
/// is left then is found and ended: by the same home, and by another one that knows nothing but the tags.
@Suite("kill -9 at every point of a rented run", .serialized)
struct KillPointTests {
  @Test("of its launch")
  func launch() async throws {
    try await everyPoint("launch") { _ in ["run", "job.yaml", "--provider", "aws", "--detach"] }
  }

  @Test("of following it to its end, and of ending its machine")
  func follow() async throws {
    try await everyPoint("follow") { home in
      try await home.finishedRun()
      return ["attach", "rp_0001"]
    }
  }

  @Test("of a clean-up")
  func cleanup() async throws {
    try await everyPoint("cleanup") { home in
      let launched = try await home.run("run", "job.yaml", "--provider", "aws", "--detach")
      let machine = try await home.machines(of: home.installation).first?["id"]?.stringValue
      guard let machine else { throw StageFailure(description: launched.stderr) }
      return ["resources", "cleanup", machine, "--force", "--yes"]
    }
  }

  // MARK: - points

  /// Counts the points of a command, and kills it at each, or at today's share of them.
  /// - Parameter prepare: brings a new home to where the command comes in, and says the command.
  private func everyPoint(_ scene: String, _ prepare: @escaping @Sendable (UnbootedHome) async throws -> [String]) async throws {
    let stage = try await UnbootedStage()
    let whole = try await stage.newHome("whole")
    let clean = try await whole.run(try await prepare(whole), killedAt: nil)
    #expect(clean.end.exitCode == (scene == "cleanup" ? 3 : 0), "\(clean.end.stderr)")
    #expect(clean.done.count > 15 && clean.done.contains { $0.contains(" request POST ") } && clean.done.contains { $0.contains("-wal") })
    let points = (1...clean.done.count).flatMap { number in [false, true].map { KillPoint(number: number, isAfter: $0) } }
    let share = try Share(ProcessInfo.processInfo.environment["RUNPILOT_KILL_POINTS"], today: Date())
    let chosen = share.of(points)
    let live = try await withThrowingTaskGroup(of: Int.self) { group in
      for worker in 0..<Self.workers {
        group.addTask {
          var live = 0
          for index in stride(from: worker, to: chosen.count, by: Self.workers) {
            if try await check(chosen[index], "\(scene)-\(index)", stage, prepare) { live += 1 }
          }
          return live
        }
      }
      return try await group.reduce(0, +)
    }
    print("kill points of \(scene): \(chosen.count) of \(points.count), a machine alive at \(live) of them")
    #expect(live > 0)
    #expect(try await stage.account.violations().isEmpty)
  }

  private static let workers = 8

  /// Which points of all.
  private struct Share {
    var first = 0
    var step = 1

    /// - Parameter words: `all`, or `3/8` for every eighth from the third on; nil for a fifth that changes from day to day.
    init(_ words: String?, today: Date) throws {
      switch words {
      case nil: (first, step) = (Int(today.timeIntervalSince1970 / 86_400) % 5, 5)
      case "all": break
      case let words?:
        let numbers = words.split(separator: "/").compactMap { Int($0) }
        guard numbers.count == 2, numbers[0] >= 1, numbers[0] <= numbers[1] else {
          throw StageFailure(description: "RUNPILOT_KILL_POINTS is `all`, or such as `3/8`, and not '\(words)'")
        }
        (first, step) = (numbers[0] - 1, numbers[1])
      }
    }

    func of(_ points: [KillPoint]) -> [KillPoint] { stride(from: first, to: points.count, by: step).map { points[$0] } }
  }

  /// Kills a command at a point, and ends what is left: from its home, and once more from another one.
  /// - Returns: whether a machine was alive then.
  private func check(
    _ point: KillPoint, _ name: String, _ stage: UnbootedStage, _ prepare: @Sendable (UnbootedHome) async throws -> [String]
  ) async throws -> Bool {
    var wasLive = true
    for isLost in [false, true] where wasLive {
      let home = try await stage.newHome("\(name)-\(isLost ? "lost" : "old")")
      let command = try await prepare(home)
      let killed = try await home.run(command, killedAt: point)
      let place = "\(point): \(killed.done.last ?? "nothing")"
      // Parts that go side by side are counted in any order, and one more or less of them.
      #expect(killed.end.exitCode == 137 || killed.done.count < point.number, "\(place): \(killed.end.exitCode) \(killed.end.stderr)")
      let live = try await home.machines(of: home.installation).filter {
        $0["state"]?.stringValue == "running" || $0["state"]?.stringValue == "pending"
      }
      // What the old home could not have left behind, no other one can find.
      wasLive = !live.isEmpty
      if !isLost {
        try await endFromHome(home, place)
      } else if wasLive {
        try await endFromElsewhere(home, live, stage, place)
      }
    }
    return wasLive
  }

  // MARK: - what must hold afterwards

  /// The same home, after its program was killed.
  private func endFromHome(_ home: UnbootedHome, _ place: String) async throws {
    let reconciled = try await home.run("resources", "reconcile")
    #expect([0, 3].contains(reconciled.exitCode), "\(place): reconcile \(reconciled.exitCode) \(reconciled.stderr)")
    let ids = try await home.resources().compactMap { $0["row"]?["resource"]?.stringValue }
    if !ids.isEmpty {
      let cleaned = try await home.run(["resources", "cleanup"] + ids + ["--force", "--yes"])
      #expect([0, 3].contains(cleaned.exitCode), "\(place): cleanup \(cleaned.exitCode) \(cleaned.stdout) \(cleaned.stderr)")
    }
    try await noneLeft(home, place)
    let machines = try await home.machines(of: home.installation)
    #expect(
      Set(machines.compactMap { $0["tags"]?["runpilot:intent"]?.stringValue }).count == machines.count, "\(place): two for one intent")
    let rows = try await home.resources("--all")
    for machine in machines {
      let bills = rows.filter { $0["row"]?["resource"] == machine["id"] }
      #expect(
        bills.count == 1 && bills.first?["cost"]?["has_unknown"] == .bool(false),
        "\(place): the bill of \(machine["id"] ?? .null): \(bills)")
      #expect(bills.first?["cost"]?["quality"]?.stringValue == "observed", "\(place): \(bills)")
    }
    #expect(rows.compactMap { $0["row"]?["resource"] }.count == machines.count, "\(place): more on the bill than there was")
    // A run for which nobody asked is over; one whose request may have gone out waits until that is known.
    let isOpen = rows.contains { $0["row"]?["state"]?.stringValue == "requested" } || !machines.isEmpty
    let runs = try JSON.decode(JSONValue.self, from: try await home.run("list", "--json").stdoutBytes)["runs"]?.arrayValue ?? []
    #expect(isOpen || runs.allSatisfy { $0["status"]?.stringValue == "failed" }, "\(place): \(runs)")
    let audit = try await home.run("resources", "audit", "--verify")
    #expect(audit.exitCode == 0, "\(place): \(audit.stdout) \(audit.stderr)")
  }

  /// Another home, which has nothing of the first one's.
  private func endFromElsewhere(_ home: UnbootedHome, _ live: [JSONValue], _ stage: UnbootedStage, _ place: String) async throws {
    let other = try await stage.newHome(Paths.name(of: home.path) + "-found")
    let ids = live.compactMap { $0["id"]?.stringValue }
    let seen = try await other.resources("--discover").filter { $0["standing"]?.stringValue == "another" }
    #expect(Set(ids).isSubset(of: seen.compactMap { $0["row"]?["resource"]?.stringValue }), "\(place): \(seen)")
    let adopted = try await other.run(["resources", "adopt"] + ids + ["--yes"])
    #expect(adopted.exitCode == 0, "\(place): adopt \(adopted.stdout) \(adopted.stderr)")
    let cleaned = try await other.run(["resources", "cleanup"] + ids + ["--force", "--yes"])
    #expect([0, 3].contains(cleaned.exitCode), "\(place): cleanup elsewhere \(cleaned.exitCode) \(cleaned.stdout) \(cleaned.stderr)")
    try await noneLeft(home, place)
    try await noneLeft(other, place)
    let bills = try await other.resources("--all")
    #expect(Set(bills.compactMap { $0["row"]?["resource"]?.stringValue }) == Set(ids), "\(place): \(bills)")
    for bill in bills {
      // By the cloud's clock, which shows whole seconds, it may not have lived at all.
      let isNothing = bill["row"]?["endedAt"] == bill["row"]?["launchedAt"]
      #expect(bill["cost"]?["quality"]?.stringValue == "estimated" || isNothing && bill["cost"] == nil, "\(place): \(bill)")
    }
  }

  private func noneLeft(_ home: UnbootedHome, _ place: String) async throws {
    let left = try await home.machines(of: home.installation).filter {
      !["shutting-down", "terminated"].contains($0["state"]?.stringValue ?? "")
    }
    #expect(left.isEmpty, "\(place): \(left.map { $0["id"]?.stringValue ?? "" }) live")
  }
}
