import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import RunStore
import Testing
import TrainingModel

@Suite("runs.db")
struct IndexTests {
  private static func queries(_ random: inout Chance) -> RunQuery {
    var query = RunQuery()
    if Bool.random(using: &random) { query.statuses = Set(RunStatus.allCases.filter { _ in Bool.random(using: &random) }) }
    if Int.random(in: 0..<3, using: &random) == 0 { query.tags = [["a", "b", "c"].randomElement(using: &random) ?? "a"] }
    if Int.random(in: 0..<3, using: &random) == 0 { query.nameGlob = ["al*", "?eta", "[!a]*", "*"].randomElement(using: &random) }
    if Int.random(in: 0..<4, using: &random) == 0 { query.project = "p" }
    if Int.random(in: 0..<3, using: &random) == 0 {
      query.since = StoreFixture.epoch.addingTimeInterval(Double(Int.random(in: 0..<50, using: &random)))
    }
    if Int.random(in: 0..<8, using: &random) == 0 { query.uid = "uid-\(Int.random(in: 1...45, using: &random))" }
    if Bool.random(using: &random) { query.limit = Int.random(in: 0..<20, using: &random) }
    query.order =
      [.created, .name, .duration, .metric("loss", ascending: true), .metric("acc", ascending: false)].randomElement(using: &random)
      ?? .created
    return query
  }

  @Test("answers every query as the folders themselves would", arguments: [1, 2, 3] as [UInt64])
  func agreesWithFolders(_ seed: UInt64) throws {
    var random = Chance(seed: seed)
    let fixture = try StoreFixture()
    for _ in 0..<40 {
      let record = try fixture.add(["alpha", "beta", "gamma"].randomElement(using: &random) ?? "x") { record in
        record.uid = "uid-\(Int(record.id.rawValue.dropFirst(3)) ?? 0)"
        record.status = [.success, .failed, .cancelled].randomElement(using: &random) ?? .success
        record.tags = ["a", "b", "c"].filter { _ in Bool.random(using: &random) }
        record.project = Bool.random(using: &random) ? "p" : nil
        record.createdAt = StoreFixture.epoch.addingTimeInterval(Double(Int.random(in: 0..<50, using: &random)))
        record.durationSeconds = Bool.random(using: &random) ? Double(Int.random(in: 0..<5, using: &random)) : nil
      }
      if Bool.random(using: &random) {
        try fixture.setMetrics(record.id, ["loss": Double(Int.random(in: 0..<6, using: &random)), "acc": 0.5])
      }
    }
    for _ in 0..<80 {
      let query = Self.queries(&random)
      #expect(try fixture.store.runs(query) == fixture.store.scan(query), "\(query)")
    }
  }

  @Test("follows new, vanished and running runs by itself, and edits by hand after a rescan")
  func follows() throws {
    let fixture = try StoreFixture()
    let first = try fixture.add()
    #expect(try fixture.store.runs(RunQuery()).map(\.id) == [first.id])
    let alive = try fixture.add { $0.status = .running }
    #expect(try fixture.store.runs(RunQuery()).count == 2)
    var ended = alive
    ended.status = .failed
    try fixture.store.write(ended)
    #expect(try fixture.store.runs(RunQuery()).first { $0.id == alive.id }?.status == .failed)
    var edited = first
    edited.name = "by hand"
    try fixture.store.write(edited)
    usleep(150_000)
    _ = try fixture.store.runs(RunQuery())
    #expect(try fixture.store.runs(RunQuery()).last?.name == "run")
    var rescan = RunQuery()
    rescan.rescan = true
    #expect(try fixture.store.runs(rescan).last?.name == "by hand")
    try Files.removeTree(fixture.store.folder(first.id).path)
    #expect(try fixture.store.runs(RunQuery()).map(\.id) == [alive.id])
  }

  @Test("is made again when it is missing, damaged, of another schema, or a folder stands in its place")
  func rebuilt() throws {
    let fixture = try StoreFixture()
    let record = try fixture.add()
    let path = fixture.store.home + "/runs.db"
    let spoilers: [() throws -> Void] = [
      { try Files.remove(path) },
      { try Files.writeAtomically(Array("no database".utf8), to: path) },
      { try Files.writeAtomically([UInt8](), to: path) },
      {
        var bytes = try Files.read(path)
        for index in 100..<min(bytes.count, 4_000) { bytes[index] = 0xA5 }
        try Files.writeAtomically(bytes, to: path)
      },
      {
        try Files.remove(path)
        try Files.createFolder(path)
      },
    ]
    for spoil in spoilers {
      for suffix in ["-wal", "-shm"] { try Files.remove(path + suffix) }
      try spoil()
      #expect(try fixture.store.runs(RunQuery()).map(\.id) == [record.id])
      if Files.isFolder(path) { try Files.removeTree(path) }
      #expect(try fixture.store.runs(RunQuery()).map(\.id) == [record.id])
    }
  }

  @Test("may be used by many at once")
  func concurrent() async throws {
    let fixture = try StoreFixture()
    let home = fixture.store.home
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<6 {
            _ = try StoreFixture.create(home)
            _ = try RunStore(home: home).runs(RunQuery())
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try fixture.store.runs(RunQuery()).count == 48)
  }
}
