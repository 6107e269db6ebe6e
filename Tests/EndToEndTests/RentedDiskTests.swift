import Basics
import FoundationEssentials
import RunPilotTesting
import Testing
import TrainingModel

@Suite("Disks that outlive their machine", .serialized)
struct RentedDiskTests {
  /// The rows of disks, the machine's row among `all`.
  private func disks(_ home: UnbootedHome) async throws -> (machine: JSONValue?, disks: [JSONValue]) {
    let rows = try await home.resources("--all")
    return (rows.first { $0["row"]?["kind"] == .string("machine") }, rows.filter { $0["row"]?["kind"] == .string("volume") })
  }

  @Test("one that the machine booted from is deleted at the run's end, and its short life is on the bill below the machine's")
  func endsWithRun() async throws {
    let stage = try await UnbootedStage()
    let home = try await stage.newHome("disk")
    try await home.finishedRun()
    let machine = try #require(try await home.live().first)
    try await stage.account.keepDisks(of: machine)
    let attached = try await home.run("attach", "rp_0001")
    #expect(attached.exitCode == 0, "\(attached.stderr)")
    let found = try await disks(home)
    let disk = try #require(found.disks.first)
    #expect(found.disks.count == 1 && disk["row"]?["parent"] == found.machine?["row"]?["intent"], "\(found)")
    #expect(["deleting", "absent"].contains(disk["row"]?["state"]?.stringValue) && disk["row"]?["runID"] == .string("rp_0001"))
    #expect(disk["cost"] == nil || disk["cost"]?["has_unknown"] == .bool(false))
    #expect(try await stage.account.log(action: "DeleteVolume").map(\.status) == [200])
    #expect(try await stage.account.violations().isEmpty)
  }

  @Test("a machine that ends by itself, with nobody there: its disk is an orphan of its run, and a clean-up takes it")
  func orphan() async throws {
    let stage = try await UnbootedStage()
    let home = try await stage.newHome("orphan")
    let machine = try await home.rentedMachine()
    try await stage.account.keepDisks(of: machine)
    let gone = try await home.run("resources", "cleanup", machine, "--force", "--yes")
    #expect([0, 3].contains(gone.exitCode), "\(gone.stderr)")
    let runs = try JSON.decode(JSONValue.self, from: try await home.run("list", "--json").stdoutBytes)["runs"]?.arrayValue ?? []
    #expect(runs.first?["status"] == .string("cancelled"), "\(runs)")
    let disk = try #require(try await disks(home).disks.first)
    let name = try #require(disk["row"]?["resource"]?.stringValue)
    #expect(disk["row"]?["state"] == .string("ready") && disk["hourly"] != nil, "\(disk)")
    let dry = try await home.run("resources", "cleanup", name, "--dry-run")
    #expect(dry.stdout.contains(name), "\(dry.stdout)\(dry.stderr)")
    #expect(try await stage.account.log(action: "DeleteVolume").isEmpty)
    let cleaned = try await home.run("resources", "cleanup", name, "--yes")
    #expect([0, 3].contains(cleaned.exitCode), "\(cleaned.stdout)\(cleaned.stderr)")
    #expect(try await stage.account.log(action: "DeleteVolume").map(\.status) == [200])
    #expect(try await stage.account.violations().isEmpty)
  }
}
