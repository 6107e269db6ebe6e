import Glibc

/// Threads for work that waits in the kernel: the concurrency pool has as many threads as cores and must not be waited on.
public enum BackgroundThread {
  /// Runs `body` on a thread of its own, which ends with it.
  /// - Throws: ``SystemError`` when the system has no thread to give.
  public static func start(stackBytes: Int = 512 << 10, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, stackBytes)
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let code = pthread_create(&thread, &attributes, runWork, work.toOpaque())
    guard code == 0 else {
      work.release()
      throw SystemError("start", "a thread", code: code)
    }
  }

  /// Runs `body` on a thread of its own and waits for its result without holding a thread of the pool.
  /// - Throws: ``SystemError`` when the system has no thread to give.
  public static func run<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async throws(SystemError) -> Result {
    let outcome: Swift.Result<Result, SystemError> = await withCheckedContinuation { continuation in
      do throws(SystemError) {
        try start { continuation.resume(returning: .success(body())) }
      } catch {
        continuation.resume(returning: .failure(error))
      }
    }
    return try outcome.get()
  }
}

private final class Work: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func runWork(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
  return nil
}
