import Basics
import Glibc

/// Writes a job's output to `logs.txt`, masked when there are secrets, and shows it to the metrics.
///
/// For the pump's thread alone. When the disk is full the job goes on: what cannot be written is counted, and a line in the log marks the gap
/// once there is room again.
struct LogRecorder: ~Copyable {
  private let file: Descriptor
  private let path: String
  private var mask: SecretMask?
  private let metrics: MetricsRecorder
  private let clock: AgentClock
  private let echo: Int32
  private var lostBytes: Int64 = 0
  private var lostSinceWrite: Int64 = 0
  private var nextTry: Duration = .zero
  /// The first failure to write, in words.
  private(set) var failure: String?

  /// Opens the log for appending.
  /// - Throws: ``SystemError``.
  init(path: String, mask: SecretMask?, metrics: MetricsRecorder, clock: AgentClock, echo: Int32) throws(SystemError) {
    file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_APPEND)
    self.path = path
    self.mask = mask
    self.metrics = metrics
    self.clock = clock
    self.echo = echo
  }

  /// Records the next piece.
  mutating func take(_ piece: UnsafeRawBufferPointer) {
    guard mask != nil else { return record(piece) }
    let shown = mask?.mask(piece) ?? []
    shown.withUnsafeBytes { record($0) }
  }

  /// Records what a mask still held back.
  mutating func finish() {
    let rest = mask?.finish() ?? []
    rest.withUnsafeBytes { record($0) }
    if lostSinceWrite > 0 { _ = writeGapMark() }
  }

  /// What could not be written, for the record; nil when everything was.
  var loss: String? {
    guard let failure, lostBytes > 0 else { return nil }
    return "\(ByteSize(bytes: lostBytes)) of output were lost: \(failure)"
  }

  private mutating func record(_ piece: UnsafeRawBufferPointer) {
    guard piece.count > 0 else { return }
    metrics.scan(piece)
    // What nobody takes there is in the log all the same.
    if echo >= 0 { _ = Descriptor.writeAll(piece, to: echo) }
    guard lostSinceWrite == 0 || (clock.elapsed >= nextTry && writeGapMark()) else { return lose(piece.count) }
    var written = 0
    while written < piece.count {
      let count = write(file.raw, piece.baseAddress?.advanced(by: written), min(piece.count - written, Descriptor.bestWrite))
      if count > 0 {
        written += count
      } else if errno != EINTR {
        failure = failure ?? SystemError("write", path).message
        return lose(piece.count - written)
      }
    }
  }

  private mutating func lose(_ count: Int) {
    if lostSinceWrite == 0 { nextTry = clock.elapsed + .seconds(1) }
    lostBytes += Int64(count)
    lostSinceWrite += Int64(count)
  }

  /// - Returns: whether there is room again.
  private mutating func writeGapMark() -> Bool {
    let mark = Array("\n[runpilot: \(lostSinceWrite) bytes of output are missing here: \(failure ?? "")]\n".utf8)
    guard write(file.raw, mark, mark.count) == mark.count else {
      nextTry = clock.elapsed + .seconds(1)
      return false
    }
    lostSinceWrite = 0
    return true
  }
}
