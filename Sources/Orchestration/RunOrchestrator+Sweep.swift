import Basics
public import ControlAPI
import FoundationEssentials
import ProviderKit
import RunStore
public import TrainingModel

extension RunOrchestrator {
  /// Leaves a sweep to a provider that bounds it by itself: recorded, prepared and sent in parts, each as large as one request may be. A part
  /// begins when the one before it has ended.
  public func submit(sweep: SweepRequest, onProgress: @escaping @Sendable (RunProgress) -> Void) async throws -> SweepStart? {
    // Where there is a choice of providers each run makes its own.
    guard let spec = sweep.runs.first?.spec, spec.alternatives.isEmpty, spec.fallback.isEmpty,
      world.rental != nil, let provider = try? world.registry.provider(spec.provider) as? any SweepRenting,
      let limit = try await provider.sweepLimit()
    else { return nil }
    try admit(spec)
    var start = SweepStart(records: [])
    // Another provider's numbers mean nothing to this one, or something else.
    var after = sweep.after.compactMap { (try? store.record($0))?.rental }.filter { $0.place.provider == spec.provider }.compactMap(
      \.resource)
    var waiting = sweep.runs[...]
    while start.failure == nil, !waiting.isEmpty {
      let part = Array(waiting.prefix(max(1, min(limit, SweepMember.most))))
      waiting = waiting.dropFirst(part.count)
      let order = RentalBatch.Sweep(label: sweep.label, parallel: sweep.maxParallel, after: after)
      let started = await launch(part, order, try rentalLauncher(provider, spec.provider, onProgress))
      start.records += started.records
      start.failure = started.failure
      after = started.records.compactMap(\.rental?.resource)
    }
    guard !start.records.isEmpty || start.failure == nil else { throw start.failure ?? CancellationError() }
    return start
  }

  /// One part. Whatever happens, each of its runs has a record that says how it stands.
  private func launch(_ requests: [RunRequest], _ sweep: RentalBatch.Sweep, _ launcher: RentalLauncher) async -> SweepStart {
    var batch = RentalBatch([], sweep: sweep)
    do {
      var chance = SystemRandomNumberGenerator()
      let base = SweepMember.base(UUID.v7(at: world.now(), using: &chance))
      for (index, request) in requests.enumerated() { batch.runs.append(try take(request, uid: SweepMember.id(index, of: base))) }
      try await launcher.launch(&batch)
      for run in batch.runs { try? await passOnWishes(of: run) }
      return SweepStart(records: batch.runs.map(\.record), failure: close(batch.leftOut, because: batch.refusal))
    } catch {
      guard let unknown = error as? ProviderError, unknown.effect == .unknown, let first = batch.runs.first else {
        return SweepStart(records: [], failure: close(batch.runs + batch.leftOut, because: error))
      }
      // Its request may have made something: the records stay open, and what it made is looked for.
      _ = close(batch.leftOut, because: batch.refusal)
      await passOnWishes(ofDoubtful: batch.runs)
      return SweepStart(records: [], failure: RunInDoubt(record: first.record, cause: unknown))
    }
  }

  /// What may have been made, and is not wanted any more, ends by itself when it begins.
  private func passOnWishes(ofDoubtful runs: [RunInHand]) async {
    let isGivenUp = Task.isCancelled
    await uncancelled {
      for run in runs {
        if isGivenUp { try? run.folder.ask(.stop) }
        try? await passOnWishes(of: run)
      }
    }
  }

  /// Closes runs that were not started.
  /// - Returns: why not, as the first of them has it; nil without a reason.
  private func close(_ runs: [RunInHand], because error: (any Error)?) -> (any Error)? {
    guard let error else { return nil }
    let isStopped = error is CancellationError
    let hinted = error as? any Hinted
    let words = isStopped ? "it was asked to stop" : hinted?.message ?? "\(error)"
    let cause = error as? ProviderError ?? ProviderError(.invalidRequest, words, hints: hinted?.hints ?? [])
    let failures = runs.map { run -> any Error in
      var run = run
      do { return try neverStarted(&run, cause) } catch { return error }
    }
    return isStopped ? error : failures.first ?? error
  }
}
