import Basics
import FoundationEssentials
import Glibc
import Synchronization
import TrainingModel

/// The one writer of a run's `run.json`: every change is on the disk when the call returns, or said to be not.
///
/// A little room on the disk is kept in reserve, so that the end of a run can be recorded although its log has filled the disk.
final class RecordKeeper: Sendable {
  private let state: Mutex<RunRecord>
  private let folder: RunFolder

  /// Keeps `record`, which is on the disk already.
  init(_ record: RunRecord, folder: RunFolder) {
    state = Mutex(record)
    self.folder = folder
  }

  /// The record as it is.
  var record: RunRecord { state.withLock { $0 } }

  /// Changes the record without writing it: it goes along with the next transition.
  func note(_ change: (inout RunRecord) -> Void) { state.withLock { change(&$0) } }

  /// Changes the record and writes it.
  /// - Throws: ``SystemError`` when it could not be written, also not with the reserve.
  func write(_ change: (inout RunRecord) -> Void) throws(SystemError) {
    let result: Result<Void, SystemError> = state.withLock { record in
      change(&record)
      do throws(SystemError) {
        try save(record)
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  private func save(_ record: RunRecord) throws(SystemError) {
    guard let bytes = try? JSON.encode(record) else { throw SystemError("encode", folder.record, code: EINVAL) }
    do throws(SystemError) {
      try Files.writeAtomically(bytes, to: folder.record)
    } catch  where error.code == ENOSPC || error.code == EDQUOT {
      // Whoever filled the disk may take the freed room before we do: our own progress file is given up too.
      dropReserve()
      try? Files.remove(folder.progress)
      try Files.writeAtomically(bytes, to: folder.record)
      // For the next time. The log does not take the room first: after a failure it waits a second before it tries again.
      makeReserve()
    }
  }

  /// Sets the reserve aside, before the job has a chance to fill the disk. Without room for it the run goes on.
  ///
  /// It is the room of the lock's file, which holds nothing: to make a file more costs a run more than all that is written into it.
  func makeReserve() {
    guard let file = try? Descriptor.open(folder.lock, O_WRONLY | O_CREAT) else { return }
    posix_fallocate(file.raw, 0, 64 << 10)
  }

  /// Gives the reserve back.
  func dropReserve() { truncate(folder.lock, 0) }
}
