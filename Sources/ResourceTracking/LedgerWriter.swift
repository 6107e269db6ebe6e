import Basics
import Cryptography
import FoundationEssentials
import SQLite
import TrainingModel

/// Appends events within one transaction, each bound to the one before.
struct LedgerWriter {
  let by: String
  /// The moment of the transaction, in whole milliseconds.
  let at: Date
  private var serial: Int64
  private var hash: String
  private var rows = LedgerWorkingSet()

  init(_ connection: borrowing Connection, path: String, by: String, at: Date) throws {
    let head = try connection.rows("SELECT serial, hash FROM head") { row throws(SQLiteError) in (row.integer(0) ?? 0, row.text(1) ?? "") }
    guard let (serial, hash) = head.first else { throw LedgerError.damaged(path: path, detail: "it does not say how far it is") }
    self.by = by
    self.at = CostArithmetic.date(milliseconds: CostArithmetic.milliseconds(at))
    self.serial = serial
    self.hash = hash
  }

  /// Appends an event unless it says nothing new.
  /// - Returns: whether it was appended.
  mutating func append(_ change: LedgerChange, to intent: IntentID?, _ connection: borrowing Connection) throws -> Bool {
    let draft = LedgerEvent(serial: serial + 1, at: at, intent: intent, by: by, change: change)
    let body = try LedgerProjections.json(draft)
    // What is applied is what a rebuild will read: times in whole milliseconds.
    let event = try JSON.decode(LedgerEvent.self, from: Data(body.utf8))
    guard try rows.apply(event, connection) || change.isRemark else { return false }
    let hash = Self.chain(hash, body)
    try connection.run(
      "INSERT INTO events VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      [
        .integer(event.serial), .integer(CostArithmetic.milliseconds(at)), SQLValue(intent?.rawValue), .text(change.kind), .text(body),
        .text(hash),
      ])
    (serial, self.hash) = (event.serial, hash)
    return true
  }

  /// A row as this transaction has it.
  mutating func row(_ intent: IntentID, _ connection: borrowing Connection) throws -> LedgerRow? {
    try rows.entry(intent, connection)?.row
  }

  /// Brings the projections up to the last event.
  mutating func finish(_ connection: borrowing Connection) throws {
    try rows.flush(connection)
    try connection.run("UPDATE head SET serial = ?1, hash = ?2", [.integer(serial), .text(hash)])
  }

  /// Binds an event to the one before it.
  static func chain(_ previous: String, _ body: String) -> String { SHA256.hexDigest(of: Array((previous + "\n" + body).utf8)) }
}

extension LedgerChange {
  /// Whether it is worth keeping although no row changes by it: the audit trail.
  fileprivate var isRemark: Bool {
    switch self {
    case .attempted, .noted: true
    default: false
    }
  }
}
