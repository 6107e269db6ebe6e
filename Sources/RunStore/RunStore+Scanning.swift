import Basics
import FoundationEssentials
import Glibc
public import TrainingModel

extension RunStore {
  /// One row from a run's own files; a damaged record is a row that says so.
  func summary(_ id: RunID) -> RunSummary? {
    let folder = folder(id)
    do {
      return RunSummary(try Self.readRecord(folder), metrics: (try? metrics(id))?.summary ?? [:])
    } catch is RunNotFound where !Files.isFolder(folder.path) {
      return nil
    } catch {
      let cause = (error as? any Hinted)?.message ?? "\(error)"
      return RunSummary(damaged: id, runDir: folder.path, damage: cause, createdAt: modified(folder.path))
    }
  }

  /// The numbers a run reported; nil when it reported none.
  /// - Throws: ``DamagedRecord`` when metrics.json is there and cannot be read.
  public func metrics(_ id: RunID) throws -> MetricsDocument? {
    let path = folder(id).metrics
    guard Files.exists(path) else { return nil }
    let bytes = try Files.read(path)
    do {
      return try JSON.decode(MetricsDocument.self, from: bytes)
    } catch {
      throw DamagedRecord(path: path, error)
    }
  }

  /// Answers a query from the folders alone.
  public func scan(_ query: RunQuery) throws -> [RunSummary] {
    QueryMatching.answer(query, from: try ids().compactMap(summary))
  }

  private func modified(_ path: String) -> Date {
    var info = stat()
    guard stat(path, &info) == 0 else { return Date(timeIntervalSince1970: 0) }
    return Date(timeIntervalSince1970: TimeInterval(info.st_mtim.tv_sec))
  }
}
