import Dispatch
import HTTPTransport
import Synchronization

/// An answer's body between the thread that receives it and whoever reads it. When a megabyte is unread the transfer pauses.
final class ReceivedBytes: Sendable {
  typealias Piece = Result<[UInt8]?, HTTPError>

  /// What became of bytes that arrived.
  enum Fate: Sendable { case kept, full, unwanted }

  private enum Reader {
    case task(CheckedContinuation<Piece, Never>)
    /// A thread that waits for the semaphore.
    case thread
  }

  private struct State {
    var unread: [UInt8] = []
    var end: Result<Void, HTTPError>?
    var reader: Reader?
    /// The transfer waits until there is room.
    var isPaused = false

    /// What a waiting reader can be given now, and the reader.
    mutating func served(atLeast count: Int) -> (Reader, Piece)? {
      guard let reader, unread.count >= count || end != nil else { return nil }
      self.reader = nil
      // A thread takes the bytes itself, so that its buffer is used again.
      if case .thread = reader { return (reader, .success(nil)) }
      return take().map { (reader, $0) }
    }

    mutating func take() -> Piece? {
      if !unread.isEmpty {
        defer { unread = [] }
        return .success(unread)
      }
      return end.map { $0.map { nil } }
    }

    mutating func unpause() -> Bool {
      defer { isPaused = false }
      return isPaused
    }
  }

  private static let mostUnread = 1 << 20
  /// A reader that waits is not woken for less, while more may be about to come.
  private static let worthWaking = 64 << 10
  private let state = Mutex(State())
  private let arrived = DispatchSemaphore(value: 0)

  // A continuation is never resumed under the lock: resuming takes the task's own lock, under which a cancellation may be on its way to ours.

  /// Keeps some bytes; from the thread of the transfers.
  func push(_ bytes: UnsafeRawBufferPointer) -> Fate {
    let (fate, served) = state.withLock { state -> (Fate, (Reader, Piece)?) in
      guard state.end == nil else { return (.unwanted, nil) }
      guard state.unread.count < Self.mostUnread else {
        state.isPaused = true
        return (.full, nil)
      }
      state.unread += bytes
      return (.kept, state.served(atLeast: Self.worthWaking))
    }
    serve(served)
    return fate
  }

  /// Gives a waiting reader what there is: nothing more comes for now.
  func flush() { serve(state.withLock { $0.served(atLeast: 1) }) }

  /// Says how the body ended; what comes after is ignored.
  func end(_ end: Result<Void, HTTPError>) {
    let served = state.withLock { state -> (Reader, Piece)? in
      guard state.end == nil else { return nil }
      state.end = end
      return state.served(atLeast: 0)
    }
    serve(served)
  }

  /// The next piece, and whether the transfer has to be told that there is room.
  func next() async -> (Piece, resumes: Bool) {
    var resumes = false
    let piece = await withCheckedContinuation { continuation in
      let piece = state.withLock { state -> Piece? in
        guard let piece = state.take() else {
          state.reader = .task(continuation)
          return nil
        }
        resumes = state.unpause()
        return piece
      }
      if let piece { continuation.resume(returning: piece) }
    }
    return (piece, resumes)
  }

  /// Waits for bytes and exchanges them for the contents of `buffer`, which are dropped; for a thread that may wait.
  /// - Returns: whether the transfer has to be told that there is room; nil at the end.
  func swap(_ buffer: inout [UInt8]) throws(HTTPError) -> Bool? {
    buffer.removeAll(keepingCapacity: true)
    while true {
      let given = Swift.exchange(&buffer, with: [])
      let (taken, resumes, end) = state.withLock { state -> ([UInt8], Bool, Result<Void, HTTPError>?) in
        if !state.unread.isEmpty {
          let taken = Swift.exchange(&state.unread, with: given)
          return (taken, state.unpause(), nil)
        }
        if state.end == nil { state.reader = .thread }
        return (given, false, state.end)
      }
      buffer = taken
      if !buffer.isEmpty { return resumes }
      if let end {
        try end.get()
        return nil
      }
      arrived.wait()
    }
  }

  private func serve(_ served: (Reader, Piece)?) {
    guard let (reader, piece) = served else { return }
    switch reader {
    case .task(let continuation): continuation.resume(returning: piece)
    case .thread: arrived.signal()
    }
  }
}
