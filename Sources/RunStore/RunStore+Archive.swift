import Basics
public import TrainingModel

extension RunStore {
  /// Writes a run as an archive; its size.
  public func export(_ id: RunID, to path: String) throws -> Int64 { throw SystemError("write", path, code: 38) }

  /// Takes in an archive.
  public func importArchive(_ path: String, replace: Bool) throws -> (record: RunRecord, notes: [String]) {
    throw SystemError("read", path, code: 38)
  }
}
