import Dispatch
import Glibc

/// Signals of this process as a stream.
enum ProcessSignals {
  /// The signals that end a program when a person, a terminal or a supervisor wants it to.
  static let watched = [SIGINT, SIGTERM, SIGHUP]

  /// Signals from now until the stream's end, after which they have their usual effect again.
  static func stream() -> AsyncStream<Int32> {
    AsyncStream { continuation in
      let sources = watched.map { number in
        // A dispatch source sees a signal only when the process itself ignores it.
        let previous = signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { @Sendable in _ = continuation.yield(number) }
        source.setCancelHandler { @Sendable in _ = signal(number, previous) }
        source.activate()
        return Watch(source: source)
      }
      continuation.onTermination = { @Sendable _ in for watch in sources { watch.source.cancel() } }
    }
  }

  /// A dispatch source may be cancelled from any thread.
  private struct Watch: @unchecked Sendable { let source: any DispatchSourceSignal }
}
