import Basics
import Cryptography
public import FoundationEssentials
import SQLite
public import TrainingModel

/// The durable ledger of everything of one home that may cost money: append-only, hash-chained events, and what they add up to.
///
/// Every call is synchronous and short: it returns when the disk has it (fsync, a few milliseconds), and waits for other processes that write.
/// Call it from a task freely; call a whole ``rebuildProjections()`` or ``verify()`` of a large ledger through `BackgroundThread`.
/// Any number of processes and threads may use one ledger at once.
public final class ResourceTracker: Sendable {
  /// `$RUNPILOT_HOME/ledger.db`, 0600.
  public let path: String
  let database: Database
  let by: String
  let now: @Sendable () -> Date

  /// Opens a home's ledger; the first time it is made. A home that has had one and has it no more is an error, never a new one.
  ///
  /// - Parameters:
  ///   - home: `$RUNPILOT_HOME`.
  ///   - installation: the home's random id.
  ///   - by: who writes, for the audit trail: `resources cleanup`, `follower of rp_0001`. No arguments that may be secret.
  ///   - isNetworkFileSystem: nil asks the kernel.
  ///   - warn: gets one line, once in a ledger's life, when it lies on a network file system.
  public convenience init(
    home: String, installation: String, by: String, isNetworkFileSystem: Bool? = nil, now: @escaping @Sendable () -> Date,
    warn: (String) -> Void = { _ in }
  ) throws(LedgerError) {
    try self.init(home: home, installation: installation, by: by, isNetworkFileSystem: isNetworkFileSystem, now: now, warn: warn) { _ in }
  }

  /// As above; `inherit` fills a ledger that is made here, before anybody else sees it.
  init(
    home: String, installation: String, by: String, isNetworkFileSystem: Bool? = nil, now: @escaping @Sendable () -> Date,
    warn: (String) -> Void = { _ in }, inherit: (Database) throws -> Void
  ) throws(LedgerError) {
    let isOnNetwork = isNetworkFileSystem ?? LedgerFile.isNetworkFileSystem(Files.exists(home) ? home : Paths.parent(of: home))
    let file = LedgerFile(home: home, isOnNetwork: isOnNetwork)
    if !Files.exists(file.path), !Files.exists(file.mark) {
      try file.create { database in
        try Self.fill(database, installation: installation, by: by, at: now())
        try inherit(database)
      }
      if isOnNetwork {
        warn("\(file.path) lies on a network file system: it is slower there, and two machines must not use one home at once")
      }
    }
    path = file.path
    database = try file.open()
    self.by = by
    self.now = now
  }

  /// Whether a home has, or has had, a ledger: where not, nothing was ever rented, and nothing need be opened.
  public static func exists(home: String) -> Bool {
    let file = LedgerFile(home: home, isOnNetwork: false)
    return Files.exists(file.path) || Files.exists(file.mark)
  }

  private static func fill(_ database: Database, installation: String, by: String, at: Date) throws {
    try database.withConnection(throwing: (any Error).self) { connection throws(any Error) in
      try connection.execute("BEGIN IMMEDIATE")
      for statement in LedgerSchema.kept + LedgerSchema.projections { try connection.execute(statement) }
      try connection.execute("PRAGMA application_id = \(LedgerSchema.application)")
      try connection.execute("PRAGMA user_version = \(LedgerSchema.version)")
      try connection.run("INSERT INTO head VALUES (1, 0, '')")
      var writer = try LedgerWriter(connection, path: database.path, by: by, at: at)
      _ = try writer.append(.opened(installation: installation), to: nil, connection)
      try writer.finish(connection)
      try connection.execute("COMMIT")
    }
  }

  // MARK: - Reading and writing

  /// Reads in one consistent view.
  func read<Result: Sendable>(_ body: (borrowing Connection) throws -> Result) throws(LedgerError) -> Result {
    do {
      return try database.withConnection(throwing: (any Error).self) { connection throws(any Error) in
        try connection.execute("BEGIN")
        defer { try? connection.execute("COMMIT") }
        return try body(connection)
      }
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  /// Writes as a whole or not at all, on the disk before it returns.
  func write<Result: Sendable>(durably: Bool = true, _ body: (inout LedgerWriter, borrowing Connection) throws -> Result) throws -> Result {
    try database.withConnection(throwing: (any Error).self) { connection throws(any Error) in
      // What is lost to a power cut must be what the provider tells again.
      if !durably { try connection.execute("PRAGMA synchronous = NORMAL") }
      defer { if !durably { try? connection.execute("PRAGMA synchronous = FULL") } }
      try connection.execute("BEGIN IMMEDIATE")
      do {
        var writer = try LedgerWriter(connection, path: path, by: by, at: now())
        let result = try body(&writer, connection)
        try writer.finish(connection)
        try connection.execute("COMMIT")
        return result
      } catch {
        try? connection.execute("ROLLBACK")
        throw error
      }
    }
  }

  /// Writes one change of one row.
  /// - Returns: the row afterwards.
  @discardableResult
  func record(_ change: LedgerChange, of intent: IntentID, durably: Bool = true) throws(LedgerError) -> LedgerRow {
    do {
      return try write(durably: durably) { writer, connection in
        _ = try writer.append(change, to: intent, connection)
        guard let row = try writer.row(intent, connection) else { throw LedgerError.unknown(reference: intent.rawValue) }
        return row
      }
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  /// Writes many changes at once, all or none: what a reconciliation found.
  /// - Parameter changes: a change without an intent concerns no row or many.
  /// - Returns: how many of them said something new.
  @discardableResult
  public func append(_ changes: [(intent: IntentID?, change: LedgerChange)]) throws(LedgerError) -> Int {
    guard !changes.isEmpty else { return 0 }
    do {
      return try write { writer, connection in
        var count = 0
        for (intent, change) in changes where try writer.append(change, to: intent, connection) { count += 1 }
        return count
      }
    } catch {
      throw LedgerError(error, path: path)
    }
  }
}
