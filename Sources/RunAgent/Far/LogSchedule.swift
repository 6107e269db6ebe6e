import Basics

/// Which bytes of the log go next. Pure.
///
/// A piece whose fate is unknown is sent again exactly as it was, before anything else: pieces are named by their offset and never change, so that no
/// byte is lost and none comes twice.
struct LogSchedule {
  /// Bytes that are in the mailbox.
  private(set) var sent: Int64
  private var pending: Range<Int64>?
  private var unsentSince: Duration?
  private var patience: Patience
  private let pace: CourierPace

  /// - Parameter sent: what an earlier agent has brought there.
  init(sent: Int64 = 0, pace: CourierPace) {
    self.sent = sent
    self.pace = pace
    patience = Patience(cap: pace.longestWait)
  }

  /// The piece to send now; nil when none is due.
  /// - Parameters:
  ///   - size: of the log as it is.
  ///   - isClosing: nothing comes any more, and nothing waits.
  mutating func next(size: Int64, isFollowed: Bool, isClosing: Bool, at now: Duration) -> Range<Int64>? {
    guard patience.isOver(at: now) else { return nil }
    if let pending { return pending }
    guard size > sent else {
      unsentSince = nil
      return nil
    }
    let since = unsentSince ?? now
    unsentSince = since
    let (wait, bytes) = isFollowed ? (pace.followedLog, pace.followedBytes) : (pace.unfollowedLog, pace.unfollowedBytes)
    guard isClosing || now - since >= wait || size - sent >= bytes else { return nil }
    let piece = sent..<min(size, sent + pace.longestPiece)
    pending = piece
    return piece
  }

  /// The piece is there.
  /// - Parameter end: where it ends there: an earlier agent may have sent one that ends elsewhere.
  mutating func succeeded(upTo end: Int64) {
    sent = end
    pending = nil
    unsentSince = nil
    patience.calm()
  }

  /// Nobody knows whether it is there.
  mutating func failed(at now: Duration, chance: Double) { patience.wait(from: now, chance: chance) }

  /// Whether all is there.
  func isComplete(size: Int64) -> Bool { pending == nil && sent >= size }
}
