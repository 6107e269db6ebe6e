import CSQLite

/// A value that goes into a statement. Values are always bound, never spliced into text.
public enum SQLValue: Sendable, Equatable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)

  /// Text, or null.
  public init(_ text: String?) { self = text.map(SQLValue.text) ?? .null }
  /// A number, or null.
  public init(_ number: Double?) { self = number.map(SQLValue.real) ?? .null }
  /// A number, or null.
  public init(_ number: Int64?) { self = number.map(SQLValue.integer) ?? .null }
}

/// A prepared statement.
public struct Statement: ~Copyable {
  private let handle: OpaquePointer
  private let path: String

  init(_ handle: OpaquePointer, path: String) {
    self.handle = handle
    self.path = path
  }

  deinit { sqlite3_finalize(handle) }

  /// Sets the values of `?1`, `?2`, … and makes the statement ready to run (again).
  public mutating func bind(_ values: [SQLValue]) throws(SQLiteError) {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
    for (index, value) in values.enumerated() {
      let position = Int32(index + 1)
      let code =
        switch value {
        case .null: sqlite3_bind_null(handle, position)
        case .integer(let number): sqlite3_bind_int64(handle, position, number)
        case .real(let number): sqlite3_bind_double(handle, position, number)
        case .text(let text): sqlite3_bind_text(handle, position, text, -1, Self.transient)
        }
      guard code == SQLITE_OK else { throw error(code) }
    }
  }

  /// Goes to the next row; false at the end.
  public mutating func step() throws(SQLiteError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw error(code)
    }
  }

  /// The text of a column, counted from 0; nil for NULL.
  public borrowing func text(_ column: Int32) -> String? { sqlite3_column_text(handle, column).map { String(cString: $0) } }

  /// The whole number of a column; nil for NULL.
  public borrowing func integer(_ column: Int32) -> Int64? {
    sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : sqlite3_column_int64(handle, column)
  }

  /// The number of a column; nil for NULL.
  public borrowing func real(_ column: Int32) -> Double? {
    sqlite3_column_type(handle, column) == SQLITE_NULL ? nil : sqlite3_column_double(handle, column)
  }

  /// SQLite copies the text before the call returns (SQLITE_TRANSIENT, a macro that Swift cannot import).
  private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  private borrowing func error(_ code: Int32) -> SQLiteError {
    let words = sqlite3_db_handle(handle).map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
    return SQLiteError(code: code & 0xFF, message: "cannot use \(path): \(words)")
  }
}
