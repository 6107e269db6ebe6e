import Basics
import Cryptography
import FoundationEssentials
import SQLite
import TrainingModel

/// What a check of the chain found.
public struct LedgerVerification: Sendable, Equatable {
  /// The events that were checked.
  public var events: Int64
  /// The hash of the last one: the whole history in 64 digits.
  public var head: String
  /// The first fault, in words; nil when all is as it was written.
  public var fault: String?
}

extension ResourceTracker {
  /// Checks every event against the chain, and every kept request against its digest. Reads the whole ledger.
  public func verify() throws(LedgerError) -> LedgerVerification {
    try read { connection in
      var (serial, hash, fault): (Int64, String, String?) = (0, "", nil)
      var events = try connection.prepare("SELECT serial, at, intent, kind, body, hash FROM events ORDER BY serial")
      while fault == nil, try events.step() {
        let body = events.text(4) ?? ""
        let expected = LedgerWriter.chain(hash, body)
        let event = try? JSON.decode(LedgerEvent.self, from: Data(body.utf8))
        if events.integer(0) != serial + 1 {
          fault = "event \(serial + 1) is missing"
        } else if events.text(5) != expected {
          fault = "event \(serial + 1) is not what was written"
        } else if event?.serial != serial + 1 || event?.intent?.rawValue != events.text(2) || event?.change.kind != events.text(3)
          || event.map({ CostArithmetic.milliseconds($0.at) }) != events.integer(1)
        {
          fault = "event \(serial + 1) does not agree with its own columns"
        } else {
          (serial, hash) = (serial + 1, expected)
        }
      }
      let head = try connection.rows("SELECT serial, hash FROM head") { row throws(SQLiteError) in (row.integer(0), row.text(1)) }.first
      if fault == nil, head?.0 != serial || head?.1 != hash {
        fault = "the last events are missing: the ledger says it has \(head?.0 ?? 0)"
      }
      if fault == nil { fault = try Self.requestFault(connection) }
      return LedgerVerification(events: serial, head: hash, fault: fault)
    }
  }

  private static func requestFault(_ connection: borrowing Connection) throws -> String? {
    var requests = try connection.prepare("SELECT intent, digest, body FROM requests ORDER BY intent")
    while try requests.step() {
      guard SHA256.hexDigest(of: Array((requests.text(2) ?? "").utf8)) == requests.text(1) else {
        return "the request of \(requests.text(0) ?? "?") is not what was written"
      }
    }
    return nil
  }

  /// Makes everything but the events anew from the events. The result is what was there, unless that was wrong.
  public func rebuildProjections() throws(LedgerError) {
    do {
      try database.withConnection(throwing: (any Error).self) { connection throws(any Error) in
        try connection.execute("BEGIN IMMEDIATE")
        do {
          for table in LedgerSchema.projectionTables { try connection.execute("DELETE FROM \(table)") }
          try Self.replay(connection)
          try connection.execute("COMMIT")
        } catch {
          try? connection.execute("ROLLBACK")
          throw error
        }
      }
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  private static func replay(_ connection: borrowing Connection) throws {
    var rows = LedgerWorkingSet()
    var (serial, hash): (Int64, String) = (0, "")
    var events = try connection.prepare("SELECT serial, body, hash FROM events ORDER BY serial")
    while try events.step() {
      let event = try JSON.decode(LedgerEvent.self, from: Data((events.text(1) ?? "").utf8))
      _ = try rows.apply(event, connection)
      (serial, hash) = (events.integer(0) ?? 0, events.text(2) ?? "")
    }
    try rows.flush(connection)
    try connection.run("UPDATE head SET serial = ?1, hash = ?2", [.integer(serial), .text(hash)])
  }
}
