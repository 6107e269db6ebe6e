import Dispatch
import HTTPTransport
import Synchronization

/// Hands a body from the thread that receives it to the task that reads it; the thread waits while a megabyte is unread.
final class BodyHandover: Sendable {
  private typealias Piece = Result<[UInt8]?, HTTPError>

  private struct State {
    var unread: [UInt8] = []
    var end: Result<Void, HTTPError>?
    var reader: CheckedContinuation<Piece, Never>?
    var producerWaits = false

    mutating func take() -> Piece? {
      if !unread.isEmpty {
        defer { unread = [] }
        return .success(unread)
      }
      return end.map { $0.map { nil } }
    }
  }

  private static let mostUnread = 1 << 20
  private let state = Mutex(State())
  /// Signalled when there is room again, or nobody reads any more.
  private let room = DispatchSemaphore(value: 0)

  // A continuation is never resumed under the lock: resuming takes the task's own lock, under which a cancellation may be on its way to ours.

  /// Hands over some bytes; from the receiving thread.
  /// - Returns: false when nobody wants them.
  func push(_ bytes: ArraySlice<UInt8>) -> Bool {
    let (wanted, mustWait, reader) = state.withLock { state -> (Bool, Bool, CheckedContinuation<Piece, Never>?) in
      guard state.end == nil else { return (false, false, nil) }
      if let reader = state.reader {
        state.reader = nil
        return (true, false, reader)
      }
      state.unread += bytes
      state.producerWaits = state.unread.count >= Self.mostUnread
      return (true, state.producerWaits, nil)
    }
    reader?.resume(returning: .success(Array(bytes)))
    if mustWait { room.wait() }
    return wanted
  }

  /// Says how the body ended; what comes after is ignored.
  func end(_ end: Result<Void, HTTPError>) {
    let (reader, producerWaits) = state.withLock { state -> (CheckedContinuation<Piece, Never>?, Bool) in
      guard state.end == nil else { return (nil, false) }
      state.end = end
      defer { (state.reader, state.producerWaits) = (nil, false) }
      return (state.reader, state.producerWaits)
    }
    // Whoever waits has read everything before.
    reader?.resume(returning: end.map { nil })
    if producerWaits { room.signal() }
  }

  func next() async -> Result<[UInt8]?, HTTPError> {
    await withCheckedContinuation { continuation in
      let piece = state.withLock { state -> Piece? in
        guard let piece = state.take() else {
          state.reader = continuation
          return nil
        }
        if state.producerWaits {
          state.producerWaits = false
          room.signal()
        }
        return piece
      }
      if let piece { continuation.resume(returning: piece) }
    }
  }
}

/// What the user of a response holds: letting go of it ends the exchange.
final class ExchangeBody: HTTPBodyReader {
  private let exchange: Exchange

  init(_ exchange: Exchange) { self.exchange = exchange }

  deinit { exchange.cancel() }

  func next() async throws(HTTPError) -> [UInt8]? {
    let piece = await withTaskCancellationHandler {
      await exchange.body.next()
    } onCancel: {
      exchange.cancel()
    }
    return try piece.get()
  }

  func cancel() { exchange.cancel() }
}
