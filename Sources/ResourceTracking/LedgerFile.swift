import Basics
import CSupport
import Glibc
import SQLite

/// The file of a ledger: made whole or not at all, and never made twice.
struct LedgerFile {
  let path: String
  let isOnNetwork: Bool

  init(home: String, isOnNetwork: Bool) {
    path = home + "/ledger.db"
    self.isOnNetwork = isOnNetwork
  }

  /// Says for ever that this home has had a ledger: where it stands and the ledger does not, the ledger was lost.
  var mark: String { path + ".made" }

  /// How long to wait for other processes: longer than any of them writes.
  static let patience: Int32 = 60_000

  /// Opens the ledger of a home that has one.
  /// - Throws: `LedgerError.missing`, `.damaged`, `.newer`.
  func open() throws(LedgerError) -> Database {
    guard Files.exists(path) else { throw .missing(path: path) }
    do {
      var options = DatabaseOptions()
      options.journal = .asItIs
      options.isDurable = true
      options.mayCreate = false
      options.busyTimeout = Self.patience
      let database = try Database(path: path, options: options)
      let (application, version) = try database.withConnection { connection throws(SQLiteError) in
        let application = try connection.rows("PRAGMA application_id") { row throws(SQLiteError) in row.integer(0) }
        return (application, try connection.rows("PRAGMA user_version") { row throws(SQLiteError) in row.integer(0) })
      }
      // A file of no bytes is a database to SQLite, and a lost ledger to us.
      guard application == [LedgerSchema.application] else { throw LedgerError.damaged(path: path, detail: "it is no ledger") }
      guard let version = version.first ?? nil, version <= LedgerSchema.version else {
        throw LedgerError.newer(path: path, version: (version.first ?? nil) ?? 0)
      }
      try leaveMark()
      return database
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  /// Makes the first ledger of a home, whole: others see none or all of it. When two try at once, one wins and both use it.
  func create(_ fill: (Database) throws -> Void) throws(LedgerError) {
    let draft = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
    defer { for suffix in ["", "-wal", "-shm", "-journal"] { unlink(draft + suffix) } }
    do {
      try Files.createFolder(Paths.parent(of: path), mode: 0o700)
      // SQLite gives its files beside the database the database's own permissions.
      _ = try Descriptor.open(draft, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
      var options = DatabaseOptions()
      options.journal = isOnNetwork ? .rollback : .writeAhead
      options.isDurable = true
      do {
        let database = try Database(path: draft, options: options)
        try fill(database)
      }
      guard link(draft, path) == 0 || errno == EEXIST else { throw SystemError("write", path) }
      try Self.syncFolder(of: path)
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  /// Sets a damaged or unwanted ledger aside, so that a new one can be made.
  /// - Returns: where it lies now; nil when there was none.
  func setAside(suffix: String) throws(LedgerError) -> String? {
    do {
      let aside = "\(path).\(suffix)"
      let isThere = Files.exists(path)
      if isThere {
        for part in ["-wal", "-shm", "-journal", ""] where Files.exists(path + part) { try Files.rename(path + part, to: aside + part) }
      }
      try Files.remove(mark)
      return isThere ? aside : nil
    } catch {
      throw LedgerError(error, path: path)
    }
  }

  private func leaveMark() throws {
    guard !Files.exists(mark) else { return }
    let words = "This home has had a ledger (ledger.db). Where that is gone: runpilot resources reconcile --rebuild\n"
    try Files.writeAtomically(Array(words.utf8), to: mark, mode: 0o600, durable: true)
    try Self.syncFolder(of: mark)
  }

  /// A new name is on the disk when its folder is.
  private static func syncFolder(of path: String) throws {
    let folder = Paths.parent(of: path)
    let descriptor = try Descriptor.open(folder, O_RDONLY | O_DIRECTORY)
    guard fsync(descriptor.raw) == 0 || errno == EINVAL else { throw SystemError("write", folder) }
  }

  /// Whether a folder lies on a file system on which machines do not share memory: NFS, SMB, AFS, Ceph, Lustre, 9p, FUSE.
  static func isNetworkFileSystem(_ folder: String) -> Bool {
    let kinds: Set<UInt32> = [
      0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x5346_414F, 0x00C3_6400, 0x0BD0_0BD0, 0x0102_1997, 0x6573_5546,
    ]
    return kinds.contains(rp_file_system_kind(folder))
  }
}
