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
    try await KillPoints.everyPoint(KillScene(name: "launch") { _ in ["run", "job.yaml", "--provider", "aws", "--detach"] })
  }

  @Test("of following it to its end, and of ending its machine")
  func follow() async throws {
    try await KillPoints.everyPoint(
      KillScene(name: "follow") { home in
        try await home.finishedRun()
        return ["attach", "rp_0001"]
      })
  }

  @Test("of a second attempt, after the first one's machine was taken away")
  func retry() async throws {
    try await KillPoints.everyPoint(
      KillScene(name: "retry", least: 40, beside: { home in try await home.finish(attempt: 2) }) { home in
        try await home.interruptedRun()
        return ["attach", "rp_0001"]
      })
  }

  @Test("of a clean-up")
  func cleanup() async throws {
    try await KillPoints.everyPoint(
      KillScene(name: "cleanup", exitCode: 3) { home in ["resources", "cleanup", try await home.rentedMachine(), "--force", "--yes"] })
  }

  @Test("of stopping a machine")
  func stop() async throws {
    try await KillPoints.everyPoint(KillScene(name: "stop", least: 6) { home in ["resources", "stop", try await home.rentedMachine()] })
  }

  @Test("of starting it again")
  func start() async throws {
    try await KillPoints.everyPoint(
      KillScene(name: "start", least: 6) { home in
        let machine = try await home.rentedMachine()
        let stopped = try await home.run("resources", "stop", machine)
        guard stopped.exitCode == 0 else { throw StageFailure(description: stopped.stderr) }
        return ["resources", "start", machine]
      })
  }

  @Test("of protecting it: a machine that shows its protection to others is one that nothing here ends without its name")
  func protect() async throws {
    let scene = KillScene(
      name: "protect", least: 8, cleanup: { machines in machines.flatMap { ["--override-protection", $0] } },
      atOnce: { home, place in
        for machine in try await home.machines(of: home.installation) where machine["tags"]?["runpilot:protected"] != nil {
          _ = try await home.run("resources", "cleanup", machine["id"]?.stringValue ?? "", "--force", "--yes")
          #expect(try await home.live().count == 1, "\(place): it was ended")
          let row = try await home.resources().first { $0["row"]?["resource"] == machine["id"] }
          #expect(row?["row"]?["isProtected"] == .bool(true), "\(place): \(String(describing: row))")
        }
      }
    ) { home in ["resources", "protect", try await home.rentedMachine()] }
    try await KillPoints.everyPoint(scene)
  }

  @Test("of adopting it into another home: it is one home's or the other's, said again it is the new one's, and no bill has it twice")
  func adopt() async throws {
    let stage = try await UnbootedStage()
    let points = KillPoints(
      scene: KillScene(name: "adopt", least: 6) { home in
        let old = try await stage.newHome(Paths.name(of: home.path) + "-first")
        return ["resources", "adopt", try await old.rentedMachine(), "--yes"]
      }, stage: stage)
    let adopted = try await points.each(try await points.chosen()) { point, name in
      let (old, new) = (try await stage.newHome("\(name)-old"), try await stage.newHome("\(name)-new"))
      let machine = try await old.rentedMachine()
      let place = try await points.kill(["resources", "adopt", machine, "--yes"], in: new, at: point)
      func isNew() async throws -> Bool { try await new.resources().contains { $0["row"]?["resource"]?.stringValue == machine } }
      let wasAdopted = try await isNew()
      if !wasAdopted {
        let again = try await new.run("resources", "adopt", machine, "--yes")
        #expect(again.exitCode == 0, "\(place): \(again.stdout) \(again.stderr)")
        #expect(try await isNew(), "\(place): not adopted")
      }
      // The home that made it leaves it alone from then on.
      _ = try await old.run("resources", "cleanup", machine, "--force", "--yes")
      #expect(try await new.live() == [machine], "\(place): ended by the old home")
      #expect(try await old.resources().isEmpty, "\(place): still the old home's")
      let cleaned = try await new.run("resources", "cleanup", machine, "--force", "--yes")
      #expect([0, 3].contains(cleaned.exitCode), "\(place): \(cleaned.stdout) \(cleaned.stderr)")
      try await points.noneLeft(new, place)
      #expect(try await new.resources("--all").count { $0["row"]?["resource"]?.stringValue == machine } == 1, "\(place)")
      for home in [old, new] { #expect(try await home.run("resources", "audit", "--verify").exitCode == 0, "\(place)") }
      return wasAdopted
    }
    print("kill points of adopt: the machine was the new home's at \(adopted) of them")
    #expect(try await stage.account.violations().isEmpty)
  }
}
