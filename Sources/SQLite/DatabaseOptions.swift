/// How a database is opened.
public struct DatabaseOptions: Sendable {
  /// How SQLite makes a transaction whole.
  public enum Journal: Sendable {
    /// Readers and a writer at once; needs shared memory, so never on a network file system.
    case writeAhead
    /// One file beside the database, on any file system.
    case rollback
    /// What the file was made with.
    case asItIs
  }
  /// How a transaction is made whole.
  public var journal = Journal.writeAhead
  /// Whether a committed transaction survives a power cut (`synchronous = FULL`), not only a crash of the program.
  public var isDurable = false
  /// Whether a missing file is made.
  public var mayCreate = true
  /// How many milliseconds to wait for another process before giving up.
  public var busyTimeout: Int32 = 5_000

  /// Write-ahead, made when missing.
  public init() {}
}
