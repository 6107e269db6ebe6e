public import Archiving
public import Basics
import FoundationEssentials
public import TrainingModel

/// What came of an import.
public struct ImportedRun: Sendable {
  /// The run as it is in this home now.
  public let record: RunRecord
  /// What the reader should know.
  public let notes: [String]
}

/// A run that is here already.
public struct RunAlreadyHere: ExitCoded {
  /// Under which id.
  public let id: RunID
  /// The archive that it would be taken from.
  public let archive: String
  /// That it is here.
  public var message: String { "this run is here already, as \(id)" }
  /// How to replace it.
  public var hints: [String] { ["replace it with the archive's: `runpilot import --force '\(archive)'`"] }
  /// 77: nothing is overwritten unasked.
  public var exitCode: ExitCode { .notAllowed }
}

extension RunStore {
  /// Writes a run's folder as tar.gz to `path`, under its id; the archive's size in bytes.
  ///
  /// A run that is alive may be exported: what is there now goes in. The agent's lock and wishes stay out.
  public func export(_ id: RunID, to path: String) throws -> Int64 {
    _ = try record(id)
    return try ArchiveWriter.write(folder(id).path, root: id.rawValue, to: path) { name in
      name == "agent.lock" || name.hasPrefix(".agent/commands/") || name.hasSuffix(".tmp")
    }
  }

  /// Takes in an archive: under its own id where that is free, else under a new one.
  /// - Parameters:
  ///   - replace: also when the same run (the same `uid`) is here: the archive's then takes its place in one step.
  ///   - limits: what it may unpack to; by its size when nil.
  /// - Throws: `ArchiveError`, ``RunAlreadyHere``, ``RunIsAlive``, `SystemError`; the home is then as it was.
  public func importArchive(_ path: String, replace: Bool, limits: ArchiveLimits? = nil) throws -> ImportedRun {
    let size = try Files.size(path)
    try Files.createFolder(runsFolder)
    let staging = RunFolder("\(runsFolder)/.import-\(UInt32.random(in: 0 ... .max))")
    try Files.createFolder(staging.path)
    defer { try? Files.removeTree(staging.path) }
    let contents = try ArchiveReader.unpack(path, into: staging.path, limits: limits ?? .standard(archiveBytes: size))
    var notes = contents.isVerified ? [] : ["the archive has no checksums (it is of the older program): its content could not be verified"]
    var record = try ForeignRecord.read(staging, archiveID: contents.root, notes: &notes)
    let place = try place(for: record, of: path, replace: replace)
    let original = record.id
    if place != original { notes.append("\(original) is another run here: imported as \(place)") }
    record.id = place
    record.runDir = folder(place).path
    if record.origin?.importedAs == nil {
      record.origin = RunOrigin(rerunOf: record.origin?.rerunOf, importedAs: original.rawValue, note: record.origin?.note)
    }
    if !record.status.isTerminal {
      notes.append("the run was not over when it was exported: it is closed as lost here")
      (record.status, record.reason, record.detail) = (.failed, .lost, "exported while it was \(record.status.rawValue)")
    }
    try? Files.remove(staging.path + "/" + Manifest.name)
    try Files.createFolder(staging.agentFolder)
    try Files.writeAtomically(try JSON.encode(record), to: staging.record)
    try install(staging, as: place)
    return ImportedRun(record: record, notes: notes)
  }

  /// The id an imported run gets.
  private func place(for record: RunRecord, of archive: String, replace: Bool) throws -> RunID {
    if let here = try ids().first(where: { (try? self.record($0))?.uid == record.uid }) {
      guard replace else { throw RunAlreadyHere(id: here, archive: archive) }
      guard !isHeld(here) else { throw RunIsAlive(id: here) }
      return here
    }
    let isFree = IDAllocator.number(of: record.id.rawValue) != nil && !Files.exists(folder(record.id).path)
    return isFree ? record.id : try IDAllocator(home: home).next()
  }

  /// Moves a whole folder to its place; what stood there goes only when the new one is there.
  private func install(_ staging: RunFolder, as id: RunID) throws {
    let target = folder(id).path
    guard Files.exists(target) else { return try Files.rename(staging.path, to: target) }
    let trash = "\(runsFolder)/.trash-\(id.rawValue)-\(UInt32.random(in: 0 ... .max))"
    try Files.rename(target, to: trash)
    do {
      try Files.rename(staging.path, to: target)
    } catch {
      try? Files.rename(trash, to: target)
      throw error
    }
    forgetInIndex(id)
    try Files.removeTree(trash)
  }
}
