import Basics
import FoundationEssentials
import RunPilotTesting
import Testing
import TrainingModel

/// Kills a command at its points, and looks at what is left: from its home, and once more from another one that knows nothing but the tags.
struct KillPoints: Sendable {
  let scene: KillScene
  let stage: UnbootedStage

  private static let workers = 8

  /// Counts the points of a command, and kills it at each, or at today's share of them.
  static func everyPoint(_ scene: KillScene) async throws {
    let stage = try await UnbootedStage()
    let points = KillPoints(scene: scene, stage: stage)
    let chosen = try await points.chosen()
    let live = try await points.each(chosen) { point, name in try await points.check(point, name) }
    print("kill points of \(scene.name): \(chosen.count), a machine alive at \(live) of them")
    #expect(live > 0)
    #expect(try await stage.account.violations().isEmpty)
  }

  /// Today's points of the command, counted by letting it come to its end.
  func chosen() async throws -> [KillPoint] {
    let whole = try await stage.newHome("\(scene.name)-whole")
    let clean = try await whole.run(try await scene.prepare(whole), killedAt: nil, beside: scene.beside)
    #expect(clean.end.exitCode == scene.exitCode, "\(clean.end.stdout) \(clean.end.stderr)")
    #expect(
      clean.done.count >= scene.least && clean.done.contains { $0.contains(" request POST ") }
        && clean.done.contains { $0.contains("-wal") },
      "\(clean.done)")
    let points = (1...max(1, clean.done.count)).flatMap { number in [false, true].map { KillPoint(number: number, isAfter: $0) } }
    return try KillShare(ProcessInfo.processInfo.environment["RUNPILOT_KILL_POINTS"], today: Date()).of(points)
  }

  /// Goes through points, several at once.
  /// - Returns: at how many of them `body` says yes.
  func each(_ points: [KillPoint], _ body: @escaping @Sendable (KillPoint, String) async throws -> Bool) async throws -> Int {
    let name = scene.name
    return try await withThrowingTaskGroup(of: Int.self) { group in
      for worker in 0..<Self.workers {
        group.addTask {
          var count = 0
          for index in stride(from: worker, to: points.count, by: Self.workers) {
            if try await body(points[index], "\(name)-\(index)") { count += 1 }
          }
          return count
        }
      }
      return try await group.reduce(0, +)
    }
  }

  /// Kills the command in a home that was prepared for it.
  /// - Returns: where it was killed, in words.
  func kill(_ command: [String], in home: UnbootedHome, at point: KillPoint) async throws -> String {
    let killed = try await home.run(command, killedAt: point, beside: scene.beside)
    let place = "\(scene.name) \(point): \(killed.done.last ?? "nothing")"
    // Parts that go side by side are counted in any order, and one more or less of them.
    #expect(killed.end.exitCode == 137 || killed.done.count < point.number, "\(place): \(killed.end.exitCode) \(killed.end.stderr)")
    return place
  }

  /// Kills a command at a point, and ends what is left: from its home, and once more from another one.
  /// - Returns: whether a machine was alive then.
  private func check(_ point: KillPoint, _ name: String) async throws -> Bool {
    var wasLive = true
    for isLost in [false, true] where wasLive {
      let home = try await stage.newHome("\(name)-\(isLost ? "lost" : "old")")
      let place = try await kill(try await scene.prepare(home), in: home, at: point)
      let live = try await home.machines(of: home.installation).filter {
        !["shutting-down", "terminated"].contains($0["state"]?.stringValue ?? "")
      }
      // What the old home could not have left behind, no other one can find.
      wasLive = !live.isEmpty
      try await scene.atOnce?(home, place)
      if !isLost {
        try await endFromHome(home, place)
      } else if wasLive {
        try await endFromElsewhere(home, live, place)
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
      let cleaned = try await home.run(["resources", "cleanup"] + ids + ["--force", "--yes"] + scene.cleanup(ids))
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
  private func endFromElsewhere(_ home: UnbootedHome, _ live: [JSONValue], _ place: String) async throws {
    let other = try await stage.newHome(Paths.name(of: home.path) + "-found")
    let ids = live.compactMap { $0["id"]?.stringValue }
    let seen = try await other.resources("--discover").filter { $0["standing"]?.stringValue == "another" }
    #expect(Set(ids).isSubset(of: seen.compactMap { $0["row"]?["resource"]?.stringValue }), "\(place): \(seen)")
    let adopted = try await other.run(["resources", "adopt"] + ids + ["--yes"])
    #expect(adopted.exitCode == 0, "\(place): adopt \(adopted.stdout) \(adopted.stderr)")
    let cleaned = try await other.run(["resources", "cleanup"] + ids + ["--force", "--yes"] + scene.cleanup(ids))
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

  func noneLeft(_ home: UnbootedHome, _ place: String) async throws {
    let left = try await home.machines(of: home.installation).filter {
      !["shutting-down", "terminated"].contains($0["state"]?.stringValue ?? "")
    }
    #expect(left.isEmpty, "\(place): \(left.map { $0["id"]?.stringValue ?? "" }) live")
  }
}
