import AWSSupport
import Basics
public import ControlAPI
import FoundationEssentials
import Glibc
import ProviderKit
import Synchronization

extension S3Storage {
  /// Does what a plan says.
  public func apply(_ plan: StoragePlan, observe: @escaping @Sendable (StorageProgress) -> Void) async throws -> StorageOutcome {
    let copies = plan.steps.filter { $0.action != .delete }
    let tally = TransferTally(StorageProgress(files: 0, allFiles: plan.steps.count, bytes: 0, allBytes: plan.bytes), observe)
    // Many small files hide each other's waits; a large one already goes in parallel parts.
    let small = copies.filter { $0.bytes <= client.options.partSize }
    let large = copies.filter { $0.bytes > client.options.partSize }
    var outcome = StorageOutcome()
    if let folder = plan.folder { try Files.createFolder(folder) }
    for (steps, width) in [(small, Self.smallAtOnce), (large, Self.largeAtOnce)] {
      try await run(steps, width, plan.folder, tally, into: &outcome)
    }
    guard outcome.failures.isEmpty else { return outcome }
    try await delete(plan.deletions, tally, into: &outcome)
    return outcome
  }

  private static let smallAtOnce = 16
  private static let largeAtOnce = 2

  private func run(_ steps: [StorageStep], _ width: Int, _ folder: String?, _ tally: TransferTally, into outcome: inout StorageOutcome)
    async throws
  {
    let results = await withTaskGroup(of: (StorageStep, ProviderError?).self) { group in
      var waiting = steps[...]
      func begin() {
        guard let step = waiting.popFirst() else { return }
        group.addTask { (step, await self.copy(step, folder, tally)) }
      }
      for _ in 0..<width { begin() }
      var results: [(StorageStep, ProviderError?)] = []
      for await result in group {
        results.append(result)
        // The next file would fail for the same reason.
        if let error = result.1, Self.concernsAll(error) { waiting = [] } else if !Task.isCancelled { begin() }
      }
      return results
    }
    try Task.checkCancellation()
    for (step, error) in results {
      guard let error else {
        outcome.done.append(step)
        continue
      }
      if Self.concernsAll(error) { throw error }
      outcome.failures.append(.init(step: step, message: error.message))
    }
  }

  private static func concernsAll(_ error: ProviderError) -> Bool {
    error.code == .unauthorised || error.code == .unreachable || error.code == .throttled || error.vendorCode == "NoSuchBucket"
  }

  private func copy(_ step: StorageStep, _ folder: String?, _ tally: TransferTally) async -> ProviderError? {
    do throws(ProviderError) {
      switch (step.source, step.target) {
      case (.file(let path), .object(let url)):
        _ = try await bucket(url).upload(file: path, to: url.key) { tally.add(bytes: $0) }
      case (.object(let url), .file(let path)): try await bring(url, to: path, below: folder, step, tally)
      default: return nil
      }
      tally.add(files: 1)
      return nil
    } catch {
      return error
    }
  }

  private func bring(
    _ url: StorageURL, to path: String, below folder: String?, _ step: StorageStep, _ tally: TransferTally
  ) async throws(ProviderError) {
    let root = folder ?? Paths.parent(of: path)
    // Folders below are made one by one, and never through a link.
    let inside = String(path.dropFirst(root.count + 1))
    if folder != nil, case .failure(let refusal) = SafePath.prepare(inside, below: root) {
      throw ProviderError(.invalidRequest, "cannot bring \(url) to \(path): \(refusal.message)")
    }
    let facts = try await bucket(url).download(url.key, to: path) { tally.add(bytes: $0) }
    guard let written = facts.modifiedAt ?? step.modifiedAt else { return }
    // So that the next comparison sees the same times on both sides.
    var times = [timespec(tv_sec: Int(written.timeIntervalSince1970), tv_nsec: 0)]
    times.append(times[0])
    _ = utimensat(AT_FDCWD, path, times, 0)
  }

  private func delete(_ steps: [StorageStep], _ tally: TransferTally, into outcome: inout StorageOutcome) async throws {
    var keys: [String: [StorageStep]] = [:]
    for step in steps {
      switch step.target {
      case .object(let url): keys[url.bucket, default: []].append(step)
      case .file(let path):
        do throws(SystemError) {
          try Files.remove(path)
          // Folders that became empty go too; one that did not stays.
          var folder = Paths.parent(of: path)
          while rmdir(folder) == 0 { folder = Paths.parent(of: folder) }
          outcome.done.append(step)
        } catch {
          outcome.failures.append(.init(step: step, message: error.message))
        }
        tally.add(files: 1)
      }
    }
    for (bucket, steps) in keys.sorted(by: { $0.key < $1.key }) {
      try await client.bucket(bucket).delete(
        steps.compactMap { if case .object(let url) = $0.target { url.key } else { nil } })
      outcome.done += steps
      tally.add(files: steps.count)
    }
  }
}

/// Adds up what many transfers report.
final class TransferTally: Sendable {
  private let progress: Mutex<StorageProgress>
  private let observe: @Sendable (StorageProgress) -> Void

  init(_ start: StorageProgress, _ observe: @escaping @Sendable (StorageProgress) -> Void) {
    progress = Mutex(start)
    self.observe = observe
  }

  func add(files: Int = 0, bytes: Int64 = 0) {
    observe(
      progress.withLock { progress in
        progress.files += files
        progress.bytes += bytes
        return progress
      })
  }
}
