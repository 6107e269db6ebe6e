public import Basics
public import FoundationEssentials
import Glibc
public import TrainingModel

/// The run folders of one home. They are the source of truth; every index can be rebuilt from them.
public struct RunStore: Sendable {
  /// The home folder.
  public let home: String
  /// Where run folders stand.
  public var runsFolder: String { home + "/runs" }

  /// The store of `home`; touches no disk.
  public init(home: String) { self.home = home }

  /// The folder of a run, whether or not it exists.
  public func folder(_ id: RunID) -> RunFolder { RunFolder(runsFolder + "/" + id.rawValue) }

  /// Makes a run folder under a new id and locks it.
  ///
  /// The folder is made under a temporary name and renamed when it is whole: a reader sees a run with its record, or no run. The lock is taken before.
  /// A crash in between leaves a temporary folder, which a later look at all runs removes, and an id that is never used.
  /// - Parameter fill: gets the id and the final folder, and gives the record and further files (relative names) to write.
  /// - Throws: `SystemError`, with nothing left behind.
  public func create(_ fill: (RunID, RunFolder) throws -> (record: RunRecord, files: [String: Data])) throws -> NewRun {
    try Files.createFolder(runsFolder, mode: 0o755)
    let id = try IDAllocator(home: home).next()
    let final = folder(id)
    let draft = RunFolder("\(runsFolder)/.new-\(id.rawValue)-\(UInt32.random(in: 0 ... .max))")
    do {
      for path in [draft.path, draft.outputs, draft.agentFolder] { try Files.createFolder(path) }
      guard let lock = try FileLock.tryAcquire(draft.lock) else { throw SystemError("lock", draft.lock, code: EAGAIN) }
      let (record, files) = try fill(id, final)
      for (name, data) in files { try Files.writeAtomically(data, to: draft.path + "/" + name) }
      // A log that is there from the first moment, so that every reader finds one.
      _ = try Descriptor.open(draft.logs, O_WRONLY | O_CREAT)
      try Files.writeAtomically(try JSON.encode(record), to: draft.record)
      try Files.rename(draft.path, to: final.path)
      return NewRun(record: record, folder: final, lock: lock)
    } catch {
      try? Files.removeTree(draft.path)
      throw error
    }
  }

  /// A run's record.
  /// - Throws: ``RunNotFound``, ``DamagedRecord``, or `SystemError`.
  public func record(_ id: RunID) throws -> RunRecord { try Self.readRecord(folder(id)) }

  static func readRecord(_ folder: RunFolder) throws -> RunRecord {
    let bytes: Data
    do {
      bytes = try Files.read(folder.record, limit: 64 << 20)
    } catch {
      if error.code == ENOENT || error.code == ENOTDIR { throw RunNotFound(reference: Paths.name(of: folder.path), candidates: []) }
      throw error
    }
    do {
      return try JSON.decode(RunRecord.self, from: bytes)
    } catch {
      throw DamagedRecord(path: folder.record, error)
    }
  }

  /// Writes a run's record in one step. The caller holds the run's lock.
  public func write(_ record: RunRecord, durable: Bool = false) throws {
    try Files.writeAtomically(try JSON.encode(record), to: folder(record.id).record, durable: durable)
  }

  /// Takes a run's lock when its agent does not hold it.
  public func tryLock(_ id: RunID) throws(SystemError) -> FileLock? { try FileLock.tryAcquire(folder(id).lock) }

  /// Whether an agent (or the process that is starting one) holds the run.
  public func isHeld(_ id: RunID) -> Bool { FileLock.isHeld(folder(id).lock) }

  /// Every id that has a folder, in no particular order.
  public func ids() throws(SystemError) -> [RunID] {
    guard Files.exists(runsFolder) else { return [] }
    return Self.ids(among: try Files.names(in: runsFolder))
  }

  static func ids(among names: [String]) -> [RunID] { names.filter { IDAllocator.number(of: $0) != nil }.map { RunID($0) } }

  /// Deletes a run's folder: first it is no run any more, then it is gone.
  /// - Throws: ``RunIsAlive`` while its lock is held or its record is not terminal.
  public func delete(_ id: RunID) throws {
    guard Files.exists(folder(id).path) else { throw RunNotFound(reference: id.rawValue, candidates: []) }
    guard let lock = try tryLock(id) else { throw RunIsAlive(id: id) }
    if let record = try? record(id), !record.status.isTerminal { throw RunIsAlive(id: id) }
    let trash = "\(runsFolder)/.trash-\(id.rawValue)-\(UInt32.random(in: 0 ... .max))"
    try Files.rename(folder(id).path, to: trash)
    withExtendedLifetime(lock) {}
    try Files.removeTree(trash)
  }
}

/// A run that has just been made, and its lock.
public struct NewRun: Sendable {
  /// Its record as written.
  public let record: RunRecord
  /// Its folder.
  public let folder: RunFolder
  /// Held until every copy of its descriptor is closed.
  public let lock: FileLock
}
