import Basics
import CSupport
import Glibc
import Synchronization

/// The thread that reads a job's output and records it: big reads, whole reads written at once, nothing between that waits for anybody.
final class OutputPump: Sendable {
  private struct State {
    var finished: Summary?
    var waiters: [CheckedContinuation<Summary, Never>] = []
  }

  /// How the recording went.
  struct Summary: Sendable {
    /// What could not be written; nil when everything was.
    var loss: String?
    /// What the metrics have to say.
    var warnings: [String]
  }

  private let reader: Int32
  private let bell: Bell
  let metrics: MetricsRecorder
  private let state = Mutex(State())

  /// A pump for the reading end of a pipe, which it closes.
  init(reader: Int32, metrics: MetricsRecorder) throws(SystemError) {
    self.reader = reader
    self.metrics = metrics
    bell = try Bell()
  }

  /// Starts the thread.
  /// - Throws: ``SystemError`` when the log cannot be opened or there is no thread to be had.
  /// - Parameter echo: a descriptor that gets a copy of what is recorded; -1 for none.
  func start(path: String, mask: SecretMask?, clock: AgentClock, echo: Int32 = -1) throws(SystemError) {
    // Opened here so that a log that cannot be written is known before the job starts.
    let recorder = Mutex<LogRecorder?>(try LogRecorder(path: path, mask: mask, metrics: metrics, clock: clock, echo: echo))
    let box = RecorderBox(recorder)
    try BackgroundThread.start {
      guard var recorder = box.take() else { return }
      self.pump(&recorder)
    }
  }

  /// Ends the pump once the pipe is empty, also when somebody still holds its other end; waits for that.
  func finish() async -> Summary {
    bell.ring()
    return await withCheckedContinuation { continuation in
      let finished = state.withLock { state in
        if state.finished == nil { state.waiters.append(continuation) }
        return state.finished
      }
      if let finished { continuation.resume(returning: finished) }
    }
  }

  private func pump(_ recorder: inout LogRecorder) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    var end: ContinuousClock.Instant?
    var last = ContinuousClock.now
    while waitForOutput(&end) {
      // Two processes that hand each other every few kilobytes do little else: of a stream more is let come together.
      if end == nil, ContinuousClock.now - last < Self.streaming, waiting() < Self.smallPiece { usleep(Self.pauseMicroseconds) }
      defer { last = .now }
      let count = read(reader, buffer.baseAddress, buffer.count)
      if count > 0 {
        recorder.take(UnsafeRawBufferPointer(rebasing: buffer[0..<count]))
        metrics.writeIfDue()
      } else if count == 0 || errno != EINTR {
        break
      }
    }
    close(reader)
    recorder.finish()
    complete(recorder.loss)
  }

  /// Less than this is a small piece, in bytes.
  private static let smallPiece: Int32 = 256 << 10
  /// How long more of a stream is waited for: too short for anybody to see.
  private static let pauseMicroseconds: UInt32 = 200
  /// What comes sooner after the last piece is a stream.
  private static let streaming = Duration.microseconds(300)

  /// Bytes that wait in the pipe.
  private func waiting() -> Int32 {
    var count: Int32 = 0
    return ioctl(reader, UInt(FIONREAD), &count) == 0 ? count : 0
  }

  /// - Parameter end: set once the pump may end; then only what is there already is taken, and of an endless stream no more than five seconds.
  /// - Returns: false when it is time to end.
  private func waitForOutput(_ end: inout ContinuousClock.Instant?) -> Bool {
    while true {
      var sources = [
        pollfd(fd: reader, events: Int16(POLLIN), revents: 0),
        // The bell stays rung, and is not looked at any more.
        pollfd(fd: end == nil ? bell.descriptor : -1, events: Int16(POLLIN), revents: 0),
      ]
      let patience = end != nil ? 0 : metrics.timeToWrite.map { Int32(min(60_000, $0.inSeconds * 1_000 + 1)) } ?? -1
      let ready = poll(&sources, 2, patience)
      if ready < 0 && errno != EINTR { return false }
      if let end, ready == 0 || ContinuousClock.now > end { return false }
      if sources[1].revents != 0 { end = .now + .seconds(5) }
      if sources[0].revents != 0 { return true }
      metrics.writeIfDue()
    }
  }

  private func complete(_ loss: String?) {
    let failure = metrics.finish()
    let summary = Summary(loss: loss, warnings: metrics.warnings + (failure.map { ["metrics.json is incomplete: \($0)"] } ?? []))
    let waiters = state.withLock { state in
      state.finished = summary
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in waiters { waiter.resume(returning: summary) }
  }
}

/// Hands a value that cannot be copied to a thread.
private final class RecorderBox: Sendable {
  private let content: Mutex<LogRecorder?>
  init(_ content: consuming Mutex<LogRecorder?>) { self.content = content }
  func take() -> LogRecorder? { content.withLock { $0.take() } }
}
