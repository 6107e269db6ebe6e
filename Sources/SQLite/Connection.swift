import CSQLite

/// One open database handle.
public struct Connection: ~Copyable {
  /// The file, for error messages.
  let path: String
  private let handle: OpaquePointer

  static func open(path: String, options: DatabaseOptions) throws(SQLiteError) -> Connection {
    let connection = Connection(path: path, handle: try openHandle(path, mayCreate: options.mayCreate))
    sqlite3_busy_timeout(connection.handle, options.busyTimeout)
    switch options.journal {
    case .writeAhead: try connection.execute("PRAGMA journal_mode = WAL")
    case .rollback: try connection.execute("PRAGMA journal_mode = DELETE")
    case .asItIs: break
    }
    try connection.execute("PRAGMA synchronous = \(options.isDurable ? "FULL" : "NORMAL")")
    return connection
  }

  private init(path: String, handle: OpaquePointer) {
    self.path = path
    self.handle = handle
  }

  deinit { sqlite3_close_v2(handle) }

  private static func openHandle(_ path: String, mayCreate: Bool) throws(SQLiteError) -> OpaquePointer {
    var handle: OpaquePointer?
    let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mayCreate ? SQLITE_OPEN_CREATE : 0), nil)
    guard code == SQLITE_OK, let handle else {
      let words = String(cString: sqlite3_errstr(code))
      sqlite3_close_v2(handle)
      throw SQLiteError(code: code & 0xFF, message: "cannot open \(path): \(words)")
    }
    return handle
  }

  /// Runs statements that give no rows and take no values.
  public borrowing func execute(_ sql: String) throws(SQLiteError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error("run '\(sql.prefix(60))'") }
  }

  /// Prepares a statement; it must not outlive the connection.
  public borrowing func prepare(_ sql: String) throws(SQLiteError) -> Statement {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
      throw error("prepare '\(sql.prefix(60))'")
    }
    return Statement(statement, path: path)
  }

  /// Runs a statement to its end with the given values.
  public borrowing func run(_ sql: String, _ values: [SQLValue] = []) throws(SQLiteError) {
    var statement = try prepare(sql)
    try statement.bind(values)
    while try statement.step() {}
  }

  /// Reads every row of a statement.
  public borrowing func rows<Row>(_ sql: String, _ values: [SQLValue] = [], _ read: (borrowing Statement) throws(SQLiteError) -> Row)
    throws(SQLiteError) -> [Row]
  {
    var statement = try prepare(sql)
    try statement.bind(values)
    var rows: [Row] = []
    while try statement.step() { rows.append(try read(statement)) }
    return rows
  }

  /// Does `body` as a whole or not at all; takes the writer's lock at once, so that it never fails half-way for want of it.
  public borrowing func transaction<Result>(_ body: () throws(SQLiteError) -> Result) throws(SQLiteError) -> Result {
    try execute("BEGIN IMMEDIATE")
    do throws(SQLiteError) {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      try? execute("ROLLBACK")
      throw error
    }
  }

  private borrowing func error(_ action: String) -> SQLiteError {
    SQLiteError(code: sqlite3_errcode(handle) & 0xFF, message: "cannot \(action) in \(path): \(String(cString: sqlite3_errmsg(handle)))")
  }
}
