import Basics
import FoundationEssentials
import Synchronization
import TrainingModel

/// Keeps `metrics.json` up to date while a job runs.
///
/// It is rewritten at most once a second, and never takes more than a fiftieth of the time: a long history is written less often.
final class MetricsRecorder: Sendable {
  private struct State {
    var book: MetricBook
    var scanner = MetricScanner()
    var isDirty = false
    var nextWrite: Duration = .zero
    var failure: String?
  }

  private let state: Mutex<State>
  private let path: String
  private let runID: String
  private let tags: [String]
  private let clock: AgentClock

  init(path: String, runID: String, tags: [String], clock: AgentClock, limits: MetricBook.Limits = MetricBook.Limits()) {
    self.path = path
    self.runID = runID
    self.tags = tags
    self.clock = clock
    let earlier = (try? Files.read(path)).flatMap { try? JSON.decode(MetricsDocument.self, from: $0) }
    state = Mutex(State(book: earlier.map { MetricBook(resuming: $0, limits: limits) } ?? MetricBook(limits: limits)))
  }

  /// Looks for METRIC lines in the next piece of the log.
  func scan(_ piece: UnsafeRawBufferPointer) {
    state.withLock { state in
      let milliseconds = clock.milliseconds
      // Taken apart so that the closure may touch the book while the scanner scans.
      var scanner = state.scanner
      state.scanner = MetricScanner()
      scanner.scan(piece) { Self.take($0, &state, milliseconds) }
      state.scanner = scanner
    }
  }

  /// Takes measurements of the machine.
  func add(_ measurements: [String: Double]) {
    state.withLock { state in
      for (name, value) in measurements { state.book.addMeasurement(name, value: value, milliseconds: clock.milliseconds) }
      state.isDirty = state.isDirty || !measurements.isEmpty
    }
  }

  private static func take(_ body: UnsafeRawBufferPointer, _ state: inout State, _ milliseconds: Int64) {
    if let line = MetricLine(body: body) {
      state.book.add(line, milliseconds: milliseconds)
    } else {
      state.book.addMalformed()
    }
    state.isDirty = true
  }

  /// How long until ``writeIfDue()`` has something to do; nil when nothing waits to be written.
  var timeToWrite: Duration? {
    state.withLock { $0.isDirty ? max(.zero, $0.nextWrite - clock.elapsed) : nil }
  }

  /// Writes when something is new and the last write is long enough ago.
  func writeIfDue() {
    let began = clock.elapsed
    let text = state.withLock { state -> [UInt8]? in
      guard state.isDirty, clock.elapsed >= state.nextWrite else { return nil }
      state.isDirty = false
      state.nextWrite = clock.elapsed + .seconds(1)
      return state.book.encoded(runID: runID, tags: tags, recordedAt: clock.now)
    }
    guard let text else { return }
    write(text)
    state.withLock { $0.nextWrite = max($0.nextWrite, clock.elapsed + (clock.elapsed - began) * 50) }
  }

  /// The log is complete: takes its last line and writes all there is.
  /// - Returns: why the file could not be written, or nil.
  func finish() -> String? {
    let text = state.withLock { state -> [UInt8]? in
      let milliseconds = clock.milliseconds
      var scanner = state.scanner
      scanner.finish { Self.take($0, &state, milliseconds) }
      state.isDirty = false
      return state.book.isEmpty ? nil : state.book.encoded(runID: runID, tags: tags, recordedAt: clock.now)
    }
    if let text { write(text) }
    return state.withLock { $0.failure }
  }

  /// What the reader of the record should know.
  var warnings: [String] {
    state.withLock { state in
      var warnings: [String] = []
      if state.book.malformedLines > 0 { warnings.append("\(state.book.malformedLines) METRIC lines could not be read") }
      if state.book.turnedAway > 0 {
        warnings.append(
          "\(state.book.turnedAway) metric samples were dropped: there were more than \(state.book.series.count) different names")
      }
      return warnings
    }
  }

  private func write(_ text: [UInt8]) {
    var failure: String?
    do throws(SystemError) { try Files.writeAtomically(text, to: path) } catch { failure = error.message }
    state.withLock { $0.failure = failure }
  }
}
