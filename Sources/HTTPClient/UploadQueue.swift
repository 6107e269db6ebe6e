import Basics
import Dispatch
import HTTPTransport
import Synchronization

/// A request's body between a source that may wait, on a thread of its own, and the thread of the transfers. The source waits while a megabyte
/// is unsent.
final class UploadQueue: Sendable {
  /// What there is to send.
  enum Supply: Sendable, Equatable {
    case bytes(Int)
    /// Nothing yet; the transfer is told when there is.
    case later
    case end
    case failed(HTTPError)
  }

  private struct State {
    var pieces: [[UInt8]] = []
    /// Bytes of the first piece that are sent already.
    var sent = 0
    var unsent = 0
    var end: Result<Void, HTTPError>?
    var isClosed = false
    var hasBegun = false
    var transferWaits = false
    var sourceWaits = false
  }

  private static let mostUnsent = 1 << 20
  private let length: Int64?
  private let next: @Sendable () throws(HTTPError) -> [UInt8]?
  private let state = Mutex(State())
  private let room = DispatchSemaphore(value: 0)

  init(length: Int64?, next: @escaping @Sendable () throws(HTTPError) -> [UInt8]?) {
    self.length = length
    self.next = next
  }

  /// Fills `buffer` with what there is; from the thread of the transfers.
  /// - Parameter offer: called from another thread when there is more after `.later`.
  func take(into buffer: UnsafeMutableRawBufferPointer, offer: @escaping @Sendable () -> Void) -> Supply {
    let (supply, begins, wakesSource) = state.withLock { state -> (Supply, Bool, Bool) in
      defer { state.hasBegun = true }
      if state.unsent > 0 {
        let count = Self.copy(&state, into: buffer)
        let wakesSource = state.sourceWaits && state.unsent < Self.mostUnsent
        if wakesSource { state.sourceWaits = false }
        return (.bytes(count), false, wakesSource)
      }
      switch state.end {
      case .success: return (.end, false, false)
      case .failure(let error): return (.failed(error), false, false)
      case nil:
        state.transferWaits = true
        return (.later, !state.hasBegun, false)
      }
    }
    if wakesSource { room.signal() }
    if begins {
      do throws(SystemError) { try BackgroundThread.start { [self] in feed(offer) } } catch {
        return .failed(HTTPError(.unreachable, error.message, mayHaveArrived: true))
      }
    }
    return supply
  }

  /// Nothing more is sent: the source's thread ends with its next piece.
  func close() {
    let wakesSource = state.withLock { state in
      state.isClosed = true
      state.pieces = []
      defer { state.sourceWaits = false }
      return state.sourceWaits
    }
    if wakesSource { room.signal() }
  }

  private static func copy(_ state: inout State, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var filled = 0
    while filled < buffer.count, let piece = state.pieces.first {
      let count = min(piece.count - state.sent, buffer.count - filled)
      buffer[filled..<(filled + count)].copyBytes(from: piece[state.sent..<(state.sent + count)])
      filled += count
      state.sent += count
      if state.sent == piece.count {
        state.pieces.removeFirst()
        state.sent = 0
      }
    }
    state.unsent -= filled
    return filled
  }

  private func feed(_ offer: () -> Void) {
    var left = length
    do throws(HTTPError) {
      while let piece = try next() {
        if piece.isEmpty { continue }
        if let rest = left {
          guard rest >= Int64(piece.count) else { throw Self.wrongLength }
          left = rest - Int64(piece.count)
        }
        guard put(piece, offer) else { return }
      }
      if let left, left > 0 { throw Self.wrongLength }
      finish(.success(()), offer)
    } catch {
      finish(.failure(error), offer)
    }
  }

  /// - Returns: false when nobody wants it.
  private func put(_ piece: [UInt8], _ offer: () -> Void) -> Bool {
    let (offers, waits, isClosed) = state.withLock { state -> (Bool, Bool, Bool) in
      state.pieces.append(piece)
      state.unsent += piece.count
      state.sourceWaits = state.unsent >= Self.mostUnsent && !state.isClosed
      defer { state.transferWaits = false }
      return (state.transferWaits, state.sourceWaits, state.isClosed)
    }
    if offers { offer() }
    if waits { room.wait() }
    return !isClosed
  }

  private func finish(_ end: Result<Void, HTTPError>, _ offer: () -> Void) {
    let offers = state.withLock { state in
      state.end = end
      defer { state.transferWaits = false }
      return state.transferWaits
    }
    if offers { offer() }
  }

  /// The announced length is a promise: a source that gives less, or more, breaks the request off.
  private static let wrongLength = HTTPError(.invalidRequest, "a request's body is not as long as was announced", mayHaveArrived: true)
}
