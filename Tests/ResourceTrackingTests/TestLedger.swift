import Basics
import FoundationEssentials
import ResourceTracking
import RunPilotTesting
import SQLite
import Synchronization
import TrainingModel

/// A ledger in a folder of its own, with a clock that stands until a test moves it.
final class TestLedger: Sendable {
  static let dawn = Date(timeIntervalSince1970: 1_800_000_000)
  let folder: TemporaryFolder
  let clock: Clock
  var home: String { folder.path }
  var path: String { home + "/ledger.db" }

  /// A clock in hand.
  final class Clock: Sendable {
    private let time = Mutex(TestLedger.dawn)
    var now: Date { time.withLock { $0 } }
    func pass(_ seconds: TimeInterval) { time.withLock { $0 += seconds } }
  }

  init() throws {
    folder = try TemporaryFolder()
    clock = Clock()
  }

  func open(by: String = "test", network: Bool? = false, warn: (String) -> Void = { _ in }) throws -> ResourceTracker {
    try ResourceTracker(
      home: home, installation: "home-1", by: by, isNetworkFileSystem: network, now: { [clock] in clock.now }, warn: warn)
  }

  /// Every table that events add up to, as text.
  func projections() throws -> [String] {
    let database = try Database(path: path)
    return try database.withConnection { connection throws(SQLiteError) in
      var lines: [String] = []
      for (table, columns) in [
        ("rows", 18), ("bodies", 3), ("tags", 2), ("intervals", 6), ("daily", 8), ("budgets", 2), ("head", 3),
      ] {
        lines += try connection.rows("SELECT * FROM \(table)") {
          row throws(SQLiteError) in
          table + "|" + (0..<Int32(columns)).map { row.text($0) ?? "NULL" }.joined(separator: "|")
        }.sorted()
      }
      return lines
    }
  }

  /// Changes the file behind the ledger's back.
  func tamper(_ sql: String) throws {
    let database = try Database(path: path)
    try database.withConnection { connection throws(SQLiteError) in try connection.execute(sql) }
  }
}

/// Rows of machines at one dollar an hour, with a disk at a tenth.
enum Rows {
  static let place = RentalPlace(provider: "cloud", account: "a1", region: "r1", zone: "r1a", machine: "m1")
  static let compute = Meter(.compute, "m1", hourly: Money(1), source: "list", asOf: "2026-07-20", minimumSeconds: 60, span: .running)
  static let disk = Meter(.disk, "disk", hourly: Money(Decimal(sign: .plus, exponent: -1, significand: 1)))

  static func fresh(_ name: String, at: Date = TestLedger.dawn, meters: [Meter] = [compute, disk]) -> LedgerRow {
    var row = LedgerRow(
      intent: IntentID(name), token: "t-" + name, kind: "machine", place: place, owner: "ana", installation: "home-1", meters: meters,
      createdAt: at)
    row.runUID = "uid-" + name
    row.project = "p"
    row.tags = ["a", "b"]
    return row
  }
}
