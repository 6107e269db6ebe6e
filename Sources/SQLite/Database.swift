public import Basics
import CSQLite
import Synchronization

/// A failure that SQLite reports.
public struct SQLiteError: Hinted, Equatable {
  /// SQLite's primary result code, such as 11 for a damaged file.
  public let code: Int32
  /// What was attempted, on which file, and SQLite's words.
  public let message: String

  /// Whether the file is damaged, or no database at all.
  public var isDamage: Bool { code == SQLITE_CORRUPT || code == SQLITE_NOTADB }
  /// Whether somebody else held the database for longer than we wait.
  public var isBusy: Bool { code == SQLITE_BUSY || code == SQLITE_LOCKED }
}

/// A connection to a SQLite database, for one thread at a time: every use goes through ``withConnection(_:)``.
public final class Database: Sendable {
  /// The file.
  public let path: String
  private let connection: Mutex<Connection>

  /// Opens or creates a database in WAL mode.
  ///
  /// - Parameter busyTimeout: how many milliseconds to wait for another process before giving up.
  /// - Throws: ``SQLiteError``; a file that is no database is seen here or at the first statement.
  public convenience init(path: String, busyTimeout: Int32 = 5_000) throws(SQLiteError) {
    var options = DatabaseOptions()
    options.busyTimeout = busyTimeout
    try self.init(path: path, options: options)
  }

  /// Opens a database.
  /// - Throws: ``SQLiteError``; a file that is no database is seen here or at the first statement.
  public init(path: String, options: DatabaseOptions) throws(SQLiteError) {
    self.path = path
    connection = Mutex(try Connection.open(path: path, options: options))
  }

  /// Uses the connection; others of this process wait.
  public func withConnection<Result: Sendable>(_ body: (borrowing Connection) throws(SQLiteError) -> Result) throws(SQLiteError) -> Result {
    let outcome: Swift.Result<Result, SQLiteError> = connection.withLock { connection in
      do throws(SQLiteError) {
        return .success(try body(connection))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  /// Uses the connection for work that fails in ways of its own; others of this process wait.
  public func withConnection<Result: Sendable, Failure: Error>(
    throwing: Failure.Type, _ body: (borrowing Connection) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let outcome: Swift.Result<Result, Failure> = connection.withLock { connection in
      do throws(Failure) {
        return .success(try body(connection))
      } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }
}
