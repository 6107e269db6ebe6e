import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import RunStore
import Testing
import TrainingModel

@Suite("Run folders")
struct RunStoreTests {
  @Test("Many at once get ids of their own, without gaps in what was given")
  func concurrentIDs() async throws {
    let fixture = try StoreFixture()
    let home = fixture.store.home
    let ids = try await withThrowingTaskGroup(of: RunID.self) { group in
      for _ in 0..<60 { group.addTask { try StoreFixture.create(home) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(ids).count == 60)
    #expect(ids.max() == RunID("rp_0060"))
    #expect(try Set(fixture.store.ids()) == Set(ids))
  }

  @Test("An id is never given twice, also not that of a deleted newest run; a lost counter starts behind the largest")
  func idsAreNotReused() throws {
    let fixture = try StoreFixture()
    try fixture.add()
    let second = try fixture.add()
    try fixture.store.delete(second.id)
    #expect(try fixture.add().id == RunID("rp_0003"))
    try Files.writeAtomically(Array("not a number".utf8), to: fixture.store.home + "/next-id")
    #expect(try fixture.add().id == RunID("rp_0004"))
    try Files.createFolder(fixture.store.runsFolder + "/rp_12345")
    try Files.remove(fixture.store.home + "/next-id")
    #expect(try fixture.add().id == RunID("rp_12346"))
  }

  @Test("A run is born whole and locked; its lock goes with the descriptor")
  func birth() throws {
    let fixture = try StoreFixture()
    var new: NewRun? = try fixture.store.create { id, folder in
      #expect(!Files.exists(folder.path), "nobody sees it before it is whole")
      let spec = RunSpec(name: "n", entrypoint: ["x"], projectFolder: "/", provider: "local")
      return (RunRecord(id: id, uid: "u", spec: spec, runDir: folder.path, createdAt: StoreFixture.epoch), [:])
    }
    let id = try #require(new).record.id
    #expect(fixture.store.isHeld(id))
    #expect(throws: RunIsAlive.self) { try fixture.store.delete(id) }
    new = nil
    #expect(!fixture.store.isHeld(id))
    #expect(throws: RunIsAlive.self, "queued is not over") { try fixture.store.delete(id) }
  }

  @Test("A birth that fails leaves nothing behind but an unused number")
  func failedBirth() throws {
    let fixture = try StoreFixture()
    struct Stop: Error {}
    #expect(throws: Stop.self) { try fixture.store.create { _, _ in throw Stop() } }
    #expect(try Files.names(in: fixture.store.runsFolder).isEmpty)
  }

  @Test("What crashes left behind is removed by the next listing, what somebody is making or made today is not")
  func leftovers() throws {
    let fixture = try StoreFixture()
    try fixture.add()
    let runs = fixture.store.runsFolder
    let old = [".new-rp_0009-1", ".trash-rp_0008-2", ".import-3", ".new-rp_0010-4", ".other"].map { runs + "/" + $0 }
    for path in old { try Files.createFolder(path + "/outputs") }
    let lock = try FileLock.tryAcquire(runs + "/.new-rp_0010-4/agent.lock")
    for path in old {
      let times = [timespec](repeating: timespec(tv_sec: time(nil) - 25 * 3600, tv_nsec: 0), count: 2)
      #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
    }
    try Files.createFolder(runs + "/.import-5")
    #expect(try fixture.store.runs(RunQuery()).map(\.id) == [RunID("rp_0001")])
    #expect(try Set(Files.names(in: runs)) == ["rp_0001", ".new-rp_0010-4", ".other", ".import-5"])
    withExtendedLifetime(lock) {}
  }

  @Test(
    "References",
    arguments: [
      ("rp_0002", "rp_0002"), ("2", "rp_0002"), ("@latest", "rp_0012"), ("rp_0012", "rp_0012"), ("12", "rp_0012"), ("rp_001", nil),
      ("rp_", nil), ("nope", nil), ("", nil), ("../rp_0001", nil), ("99", nil),
    ]
      as [(String, String?)])
  func references(_ typed: String, _ expected: String?) throws {
    let fixture = try StoreFixture()
    for _ in 0..<12 { try fixture.add() }
    if let expected {
      #expect(try fixture.store.resolve(typed).rawValue == expected)
    } else {
      #expect(throws: RunNotFound.self) { try fixture.store.resolve(typed) }
    }
  }

  @Test("A run is found by its uid too")
  func uid() throws {
    let fixture = try StoreFixture()
    for _ in 0..<3 { try fixture.add() }
    let second = try fixture.store.record(RunID("rp_0002"))
    #expect(try fixture.store.resolve(second.uid) == second.id)
    #expect(throws: RunNotFound.self) { try fixture.store.resolve(String(second.uid.dropLast())) }
  }

  @Test("A damaged record is named with what is wrong, and hides no other run")
  func damaged() throws {
    let fixture = try StoreFixture()
    let first = try fixture.add()
    let second = try fixture.add()
    try Files.writeAtomically(Array(#"{"schema": "runpilot/run/v1", "id": "rp_0002"}"#.utf8), to: fixture.store.folder(second.id).record)
    #expect { try fixture.store.record(second.id) } throws: { ($0 as? DamagedRecord)?.message.contains("uid") == true }
    let rows = try fixture.store.runs(RunQuery())
    #expect(Set(rows.map(\.id)) == [first.id, second.id])
    #expect(rows.first { $0.id == second.id }?.damage != nil)
    try fixture.store.delete(second.id)
  }

  @Test("A home that cannot be written is an error with exit code 73")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    try folder.write("file", "")
    let store = RunStore(home: folder.path + "/file/home")
    #expect { try StoreFixture.create(store.home) } throws: { ($0 as? SystemError)?.exitCode == .cannotCreate }
  }
}

extension StoreFixture {
  static func create(_ home: String) throws -> RunID {
    try RunStore(home: home).create { id, folder in
      let spec = RunSpec(name: "n", entrypoint: ["x"], projectFolder: "/", provider: "local")
      return (RunRecord(id: id, uid: "u-\(id)", spec: spec, runDir: folder.path, createdAt: epoch), [:])
    }.record.id
  }
}
