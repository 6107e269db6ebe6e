/// Runs `body` to its end whether or not the calling task is cancelled: for clean-up that must not be cut short.
///
/// The work is awaited here, so nothing outlives the caller.
public func uncancelled<Result: Sendable>(_ body: @Sendable @escaping () async -> Result) async -> Result {
  await Task { await body() }.value
}
