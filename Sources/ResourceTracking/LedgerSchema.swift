import SQLite

/// The tables of `ledger.db`. `events` and `requests` are what is kept; all others are made from the events and can be made again.
enum LedgerSchema {
  /// `PRAGMA application_id`: "RPlg".
  static let application: Int64 = 0x5250_6C67
  /// `PRAGMA user_version`.
  static let version: Int64 = 1

  static let kept = [
    """
    CREATE TABLE events (
      serial INTEGER PRIMARY KEY, at INTEGER NOT NULL, intent TEXT, kind TEXT NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL)
    """,
    "CREATE INDEX events_intent ON events (intent, serial) WHERE intent IS NOT NULL",
    // The exact request of each open intent; it may hold addresses that are secrets, and goes when the intent is over.
    "CREATE TABLE requests (intent TEXT PRIMARY KEY, digest TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID",
  ]

  /// What the events add up to.
  static let projections = [
    // What is looked for and grouped by; `id` is the serial of the event that made the row.
    """
    CREATE TABLE rows (
      id INTEGER PRIMARY KEY, intent TEXT NOT NULL UNIQUE, state TEXT NOT NULL, over INTEGER NOT NULL, forgotten INTEGER NOT NULL,
      kind TEXT NOT NULL, provider TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, machine TEXT NOT NULL, market TEXT NOT NULL,
      resource TEXT, run_uid TEXT, run_id TEXT, run_name TEXT, project TEXT, owner TEXT NOT NULL, created INTEGER NOT NULL)
    """,
    "CREATE INDEX rows_open ON rows (provider) WHERE over = 0", "CREATE INDEX rows_resource ON rows (resource)",
    "CREATE INDEX rows_run ON rows (run_uid)", "CREATE TABLE bodies (id INTEGER PRIMARY KEY, body TEXT NOT NULL, timeline TEXT NOT NULL)",
    "CREATE TABLE tags (row INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (row, tag)) WITHOUT ROWID",
    """
    CREATE TABLE intervals (
      row INTEGER NOT NULL, meter INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER, quality INTEGER NOT NULL, body TEXT NOT NULL,
      PRIMARY KEY (row, meter, start)) WITHOUT ROWID
    """,
    "CREATE INDEX intervals_open ON intervals (row) WHERE \"end\" IS NULL",
    // Ended intervals by day (days since 1970, UTC): what reports add up. `nanos` is 10⁻⁹ of the currency; NULL for an unknown rate.
    """
    CREATE TABLE daily (
      row INTEGER NOT NULL, day INTEGER NOT NULL, meter INTEGER NOT NULL, kind TEXT NOT NULL, quality INTEGER NOT NULL, currency TEXT NOT NULL,
      milliseconds INTEGER NOT NULL, nanos INTEGER, PRIMARY KEY (row, day, meter, quality, currency)) WITHOUT ROWID
    """,
    "CREATE TABLE budgets (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID",
    // The last event that is in the projections.
    "CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), serial INTEGER NOT NULL, hash TEXT NOT NULL)",
  ]

  /// The tables that `projections` makes, without the head.
  static let projectionTables = ["rows", "bodies", "tags", "intervals", "daily", "budgets"]
}
