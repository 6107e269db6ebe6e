import Basics
import Cryptography
public import FoundationEssentials
import SQLite
public import TrainingModel

extension ResourceTracker {
  /// Writes an intent down before anything is sent: when this returns, it is on the disk with the exact request.
  ///
  /// - Parameters:
  ///   - row: fresh, in state `intent`.
  ///   - request: the request in the provider's own form, which every retry sends again verbatim (``request(of:)``).
  ///   - admission: looks at what is spent and reserved, in the same transaction, and throws to refuse: two launches at once cannot both
  ///     take the last of a budget. It must not call the tracker.
  /// - Throws: ``LedgerError``, or what `admission` throws; nothing is written then.
  public func intend(_ row: LedgerRow, request: String, admission: (AdmissionFacts) throws -> Void = { _ in }) throws {
    let digest = SHA256.hexDigest(of: Array(request.utf8))
    do {
      try write { writer, connection in
        try admission(try AdmissionFacts(for: row, connection, at: writer.at))
        _ = try writer.append(.intended(row: row, requestDigest: digest), to: row.intent, connection)
        try connection.run(
          "INSERT INTO requests VALUES (?1, ?2, ?3)", [.text(row.intent.rawValue), .text(digest), .text(request)])
      }
    } catch let error as SQLiteError {
      throw LedgerError(error, path: path)
    } catch let refusal as LedgerRefusal {
      throw LedgerError.refused(refusal)
    }
  }

  /// The exact request of an intent that is not over.
  /// - Throws: ``LedgerError/noRequest(_:)`` for an adopted row or one that is over; `.damaged` when it is not what was written.
  public func request(of intent: IntentID) throws(LedgerError) -> String {
    let found = try read { connection in
      try connection.rows("SELECT body, digest FROM requests WHERE intent = ?1", [.text(intent.rawValue)]) { row throws(SQLiteError) in
        (row.text(0) ?? "", row.text(1) ?? "")
      }
    }
    guard let (body, digest) = found.first else { throw .noRequest(intent) }
    guard SHA256.hexDigest(of: Array(body.utf8)) == digest else {
      throw .damaged(path: path, detail: "the request of \(intent) is not what was written")
    }
    return body
  }

  /// The request goes out now. To be called before every send, the first and each retry: from here on nobody may say that nothing was sent.
  /// - Throws: ``LedgerError/refused(_:)`` when somebody has given the intent up meanwhile; then nothing may be sent.
  @discardableResult
  public func requested(_ intent: IntentID) throws(LedgerError) -> LedgerRow { try record(.requested, of: intent) }

  /// The provider named the resource, in its answer or in a listing.
  @discardableResult
  public func confirmed(_ intent: IntentID, _ resource: ResourceID, launchedAt: Date? = nil) throws(LedgerError) -> LedgerRow {
    try record(.confirmed(resource: resource, launchedAt: launchedAt), of: intent)
  }

  /// It runs, or can be used. Without a time, its launch time counts.
  @discardableResult
  public func ready(_ intent: IntentID, since: Date? = nil) throws(LedgerError) -> LedgerRow {
    try record(.ready(since: since), of: intent)
  }

  /// It stopped. Without the provider's time, the last sign of life and three minutes count.
  @discardableResult
  public func stopped(_ intent: IntentID, since: Date? = nil) throws(LedgerError) -> LedgerRow {
    try record(.stopped(since: since), of: intent)
  }

  /// It runs again.
  @discardableResult
  public func started(_ intent: IntentID, since: Date? = nil) throws(LedgerError) -> LedgerRow {
    try record(.started(since: since), of: intent)
  }

  /// Its agent was heard of, by this machine's clock. A machine that is heard of runs.
  @discardableResult
  public func heartbeat(_ intent: IntentID, at: Date) throws(LedgerError) -> LedgerRow {
    try record(.heartbeat(at: at), of: intent, durably: false)
  }

  /// A listing shows these alive: takes back a first word of their end.
  public func seen(_ intents: [IntentID]) throws(LedgerError) {
    guard !intents.isEmpty else { return }
    do {
      try write(durably: false) { writer, connection in _ = try writer.append(.seen(intents), to: nil, connection) }
    } catch {
      throw LedgerError(error, path: path)
    }
  }
}
