import Basics
import FoundationEssentials
import SQLite
import TrainingModel

/// `runs.db`: what `list` needs of every run, in SQLite. Never the truth: it can be deleted at any time and is made again from the folders.
struct RunIndex {
  /// Kept in `PRAGMA user_version`; a file with another number is made again.
  static let schemaVersion: Int64 = 2

  let database: Database

  /// Opens the index, making it (again) when it is missing, of another schema or damaged.
  static func open(_ path: String) throws(SQLiteError) -> RunIndex {
    do throws(SQLiteError) {
      return try prepare(path)
    } catch {
      guard error.isDamage else { throw error }
      for suffix in ["", "-wal", "-shm"] { try? Files.remove(path + suffix) }
      return try prepare(path)
    }
  }

  private static func prepare(_ path: String) throws(SQLiteError) -> RunIndex {
    let index = RunIndex(database: try Database(path: path))
    try index.database.withConnection { connection throws(SQLiteError) in
      let version = try connection.rows("PRAGMA user_version") { row throws(SQLiteError) in row.integer(0) }
      guard version != [schemaVersion] else { return }
      try connection.transaction { () throws(SQLiteError) in
        for statement in schema { try connection.execute(statement) }
      }
    }
    return index
  }

  private static let schema = [
    "DROP TABLE IF EXISTS runs", "DROP TABLE IF EXISTS tags", "DROP TABLE IF EXISTS metrics", "DROP TABLE IF EXISTS state",
    """
    CREATE TABLE runs (
      id TEXT PRIMARY KEY, number INTEGER NOT NULL, uid TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, reason TEXT, exit_code INTEGER,
      provider TEXT NOT NULL, project TEXT, created REAL NOT NULL, started REAL, finished REAL, duration REAL, path TEXT NOT NULL,
      damage TEXT, live INTEGER NOT NULL) WITHOUT ROWID
    """,
    "CREATE INDEX runs_created ON runs (created DESC, number DESC)", "CREATE INDEX runs_status ON runs (status, created DESC, number DESC)",
    "CREATE INDEX runs_live ON runs (live) WHERE live = 1", "CREATE INDEX runs_name ON runs (name)",
    "CREATE INDEX runs_uid ON runs (uid)",
    "CREATE TABLE tags (id TEXT NOT NULL, position INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (id, position)) WITHOUT ROWID",
    "CREATE INDEX tags_tag ON tags (tag)",
    "CREATE TABLE metrics (id TEXT NOT NULL, name TEXT NOT NULL, value REAL, PRIMARY KEY (id, name)) WITHOUT ROWID",
    "CREATE INDEX metrics_name ON metrics (name, value)", "CREATE TABLE state (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
    "PRAGMA user_version = \(schemaVersion)",
  ]
}
