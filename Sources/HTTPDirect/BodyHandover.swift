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

  /// Hands over some bytes; from the receiving thread.
  /// - Returns: false when nobody wants them.
  func push(_ bytes: ArraySlice<UInt8>) -> Bool {
    let (wanted, mustWait) = state.withLock { state -> (Bool, Bool) in
      guard state.end == nil else { return (false, false) }
      if let reader = state.reader {
        state.reader = nil
        reader.resume(returning: .success(Array(bytes)))
        return (true, false)
      }
      state.unread += bytes
      state.producerWaits = state.unread.count >= Self.mostUnread
      return (true, state.producerWaits)
    }
    if mustWait { room.wait() }
    return wanted
  }

  /// Says how the body ended; what comes after is ignored.
  func end(_ end: Result<Void, HTTPError>) {
    state.withLock { state in
      guard state.end == nil else { return }
      state.end = end
      if state.producerWaits {
        state.producerWaits = false
        room.signal()
      }
      guard let reader = state.reader, let piece = state.take() else { return }
      state.reader = nil
      reader.resume(returning: piece)
    }
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
