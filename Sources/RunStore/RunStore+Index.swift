import Basics
import FoundationEssentials
import Glibc
import SQLite
public import TrainingModel

extension RunStore {
  private var indexPath: String { home + "/runs.db" }

  /// Answers a query from the index, which is first brought up to date with the folders; from the folders alone where no index can be kept.
  ///
  /// New and vanished folders are seen by the time stamp of `runs/`, runs that are alive are read again each time. Edits by hand of a run that is
  /// over are seen with `query.rescan`.
  public func runs(_ query: RunQuery) throws -> [RunSummary] {
    guard Files.exists(runsFolder) else { return [] }
    do {
      let index = try RunIndex.open(indexPath)
      return try index.database.withConnection { connection throws(SQLiteError) in
        try bringUpToDate(connection, everything: query.rescan)
        return try RunIndex.answer(query, connection)
      }
    } catch {
      // A read-only home, a full disk, another process that holds on: the folders know it all.
      return try scan(query)
    }
  }

  /// Makes the index forget a run, so that it is read again: after its folder was replaced.
  func forgetInIndex(_ id: RunID) {
    guard Files.exists(indexPath), let index = try? RunIndex.open(indexPath) else { return }
    try? index.database.withConnection { connection throws(SQLiteError) in
      try connection.transaction { () throws(SQLiteError) in
        try RunIndex.remove([id], connection)
        try connection.run("DELETE FROM state")
      }
    }
  }

  private func bringUpToDate(_ connection: borrowing Connection, everything: Bool) throws(SQLiteError) {
    let stamp = FolderStamp(runsFolder)
    let known = try connection.rows("SELECT value FROM state WHERE key = 'runs_stamp'") { row throws(SQLiteError) in row.integer(0) }
    let live = try connection.rows("SELECT id FROM runs WHERE live = 1") { row throws(SQLiteError) in RunID(row.text(0) ?? "") }
    if known == [stamp.value] && !everything {
      guard !live.isEmpty else { return }
      try refresh(live, connection)
      return
    }
    guard let names = try? Files.names(in: runsFolder) else { return }
    // The names are at hand, and the folder's own time stamp tells the time: looking for leftovers costs nothing here.
    removeLeftovers(among: names, now: Int(stamp.value / 1_000_000_000))
    let present = Set(Self.ids(among: names))
    let indexed = Set(try connection.rows("SELECT id FROM runs") { row throws(SQLiteError) in RunID(row.text(0) ?? "") })
    let changed = everything ? Array(present) : Array(present.subtracting(indexed)) + live.filter(present.contains)
    try connection.transaction { () throws(SQLiteError) in
      try RunIndex.remove(indexed.subtracting(present), connection)
      try RunIndex.put(changed.compactMap(summary), connection)
      try connection.run("INSERT OR REPLACE INTO state VALUES ('runs_stamp', ?1)", [.integer(stamp.isSettled ? stamp.value : 0)])
    }
  }

  /// Reads live runs again.
  private func refresh(_ ids: [RunID], _ connection: borrowing Connection) throws(SQLiteError) {
    let fresh = ids.compactMap(summary)
    let gone = Set(ids).subtracting(fresh.map(\.id))
    try connection.transaction { () throws(SQLiteError) in
      try RunIndex.remove(gone, connection)
      try RunIndex.put(fresh, connection)
    }
  }
}

/// When a folder's entries last changed, as far as the file system can tell.
private struct FolderStamp {
  /// Nanoseconds since 1970.
  let value: Int64
  /// Whether a change after this look would get another stamp: time stamps move in steps of some milliseconds.
  let isSettled: Bool

  init(_ path: String) {
    var info = stat()
    var now = timespec()
    stat(path, &info)
    clock_gettime(CLOCK_REALTIME, &now)
    value = Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec)
    let age = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) - value
    isSettled = age > 100_000_000
  }
}
