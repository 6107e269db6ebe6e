import Basics
public import FoundationEssentials
import SQLite

/// What became of a ledger that was made anew.
public struct LedgerRestoration: Sendable, Equatable {
  /// Where the old file lies now; nil when there was none.
  public var oldFile: String?
  /// How many of its events could be read, and are in the new one.
  public var savedEvents: Int64
  /// Whether the old ledger was whole, so that nothing needed to be done.
  public var wasWhole: Bool
}

extension ResourceTracker {
  /// Makes a lost or damaged ledger anew: the events that can still be read are kept in their chain, the old file is set aside, and everything else is
  /// made from the events. What only the lost part knew comes back by a reconciliation with live tags.
  ///
  /// A ledger that is whole is left as it is, its projections made anew. Nobody else may use the home meanwhile.
  /// - Throws: ``LedgerError``; the old file stays what it was, or lies beside.
  public static func restore(home: String, installation: String, by: String, now: @escaping @Sendable () -> Date) throws(LedgerError)
    -> LedgerRestoration
  {
    let file = LedgerFile(home: home, isOnNetwork: LedgerFile.isNetworkFileSystem(home))
    do {
      let tracker = try ResourceTracker(home: home, installation: installation, by: by, now: now)
      if try tracker.verify().fault == nil {
        try tracker.rebuildProjections()
        return LedgerRestoration(oldFile: nil, savedEvents: try tracker.serial(), wasWhole: true)
      }
    } catch {
      switch error {
      case .damaged, .missing: break
      default: throw error
      }
    }
    let saved = Salvage.read(file.path)
    let moment = CostArithmetic.milliseconds(now())
    let old = try file.setAside(suffix: "damaged-\(moment)")
    let tracker = try ResourceTracker(home: home, installation: installation, by: by, now: now) { database in
      try Salvage.write(saved, into: database)
    }
    if !saved.events.isEmpty { try tracker.rebuildProjections() }
    return LedgerRestoration(oldFile: old, savedEvents: Int64(saved.events.count), wasWhole: false)
  }
}

/// What can still be read of a ledger: the events from the first to the first that is not what was written, and the requests that belong to them.
struct Salvage {
  var events: [[SQLValue]] = []
  var requests: [[SQLValue]] = []

  static func read(_ path: String) -> Salvage {
    var salvage = Salvage()
    var options = DatabaseOptions()
    options.journal = .asItIs
    options.mayCreate = false
    guard Files.exists(path), let database = try? Database(path: path, options: options) else { return salvage }
    // What was read until a page cannot be read is as good as the chain says.
    let events: [[SQLValue]] = (try? database.withConnection { connection throws(SQLiteError) in readEvents(connection) }) ?? []
    salvage.events = events
    salvage.requests =
      (try? database.withConnection { connection throws(SQLiteError) in
        try connection.rows("SELECT intent, digest, body FROM requests") { row throws(SQLiteError) in
          [SQLValue(row.text(0)), SQLValue(row.text(1)), SQLValue(row.text(2))]
        }
      }) ?? []
    return salvage
  }

  private static func readEvents(_ connection: borrowing Connection) -> [[SQLValue]] {
    var events: [[SQLValue]] = []
    var hash = ""
    guard var rows = try? connection.prepare("SELECT serial, at, intent, kind, body, hash FROM events ORDER BY serial") else { return [] }
    while (try? rows.step()) ?? false {
      let body = rows.text(4) ?? ""
      let expected = LedgerWriter.chain(hash, body)
      guard rows.integer(0) == Int64(events.count + 1), rows.text(5) == expected else { break }
      hash = expected
      events.append([
        SQLValue(rows.integer(0)), SQLValue(rows.integer(1)), SQLValue(rows.text(2)), SQLValue(rows.text(3)), .text(body), .text(expected),
      ])
    }
    return events
  }

  /// Puts the saved events where the first event of a new ledger stands.
  static func write(_ salvage: Salvage, into database: Database) throws {
    guard !salvage.events.isEmpty else { return }
    try database.withConnection { connection throws(SQLiteError) in
      try connection.transaction { () throws(SQLiteError) in
        try connection.execute("DELETE FROM events")
        for event in salvage.events { try connection.run("INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6)", event) }
        for request in salvage.requests { try connection.run("INSERT OR IGNORE INTO requests VALUES (?1, ?2, ?3)", request) }
      }
    }
  }
}
