import Dispatch
import HTTPTransport
import Synchronization

/// Hands a body from the thread that receives it to the task that reads it; the thread waits while 128 KiB are unread. A body that goes into
/// a file is written by the receiving thread itself.
final class BodyHandover: Sendable {
  private typealias Piece = Result<[UInt8]?, HTTPError>

  private struct State {
    var unread: [UInt8] = []
    var end: Result<Void, HTTPError>?
    var reader: CheckedContinuation<Piece, Never>?
    var drain: Drain?
    var producerWaits = false
    /// What came before a body was to go into a file is being written: the receiving thread waits, and goes on from there itself.
    var isHandingOver = false

    mutating func take() -> Piece? {
      if !unread.isEmpty { return .success(takeUnread()) }
      return end.map { $0.map { nil } }
    }

    mutating func takeUnread() -> [UInt8] {
      defer { unread = [] }
      return unread
    }

    mutating func freeProducer() -> Bool {
      defer { producerWaits = false }
      return producerWaits
    }
  }

  /// Where the rest of a body goes, and who waits for its end.
  private struct Drain: Sendable {
    let sink: FileSink
    let waiting: CheckedContinuation<Drained, Never>
  }

  /// What became of a body that goes into a file.
  enum Drained: Sendable {
    case ended(Result<Void, HTTPError>)
    /// These came before, and are written by whoever asked; then he asks again.
    case unread([UInt8])
  }

  private static let mostUnread = 128 << 10
  private let state = Mutex(State())
  /// Signalled when there is room again, or nobody reads any more.
  private let room = DispatchSemaphore(value: 0)

  // A continuation is never resumed under the lock: resuming takes the task's own lock, under which a cancellation may be on its way to ours.

  /// Hands over some bytes; from the receiving thread.
  /// - Returns: false when nobody wants them.
  func push(_ bytes: ArraySlice<UInt8>) -> Bool {
    enum Fate { case unwanted, kept(mustWait: Bool), read(CheckedContinuation<Piece, Never>), drained(FileSink) }
    let fate = state.withLock { state -> Fate in
      guard state.end == nil else { return .unwanted }
      if let reader = state.reader {
        state.reader = nil
        return .read(reader)
      }
      if let drain = state.drain { return .drained(drain.sink) }
      state.unread += bytes
      state.producerWaits = state.isHandingOver || state.unread.count >= Self.mostUnread
      return .kept(mustWait: state.producerWaits)
    }
    switch fate {
    case .unwanted: return false
    case .kept(let mustWait):
      guard mustWait else { break }
      room.wait()
      let waited = state.withLock { state in state.drain.map { ($0.sink, state.takeUnread()) } }
      if let (sink, bytes) = waited { return write(bytes[...], to: sink) }
    case .read(let reader): reader.resume(returning: .success(Array(bytes)))
    case .drained(let sink): return write(bytes, to: sink)
    }
    return true
  }

  private func write(_ bytes: ArraySlice<UInt8>, to sink: FileSink) -> Bool {
    do throws(HTTPError) { try sink.write(bytes) } catch {
      end(.failure(error))
      return false
    }
    return true
  }

  /// Says how the body ended.
  func end(_ end: Result<Void, HTTPError>) {
    let (reader, drain, producerWaits) = state.withLock { state in
      guard state.end == nil else { return (CheckedContinuation<Piece, Never>?.none, Drain?.none, false) }
      state.end = end
      defer { (state.reader, state.drain) = (nil, nil) }
      return (state.reader, state.drain, state.freeProducer())
    }
    // Whoever waits has read everything before.
    reader?.resume(returning: end.map { nil })
    drain?.waiting.resume(returning: .ended(end))
    if producerWaits { room.signal() }
  }

  func next() async -> Result<[UInt8]?, HTTPError> {
    await withCheckedContinuation { continuation in
      let (piece, producerWaits) = state.withLock { state -> (Piece?, Bool) in
        guard let piece = state.take() else {
          state.reader = continuation
          return (nil, false)
        }
        return (piece, state.freeProducer())
      }
      if producerWaits { room.signal() }
      if let piece { continuation.resume(returning: piece) }
    }
  }

  /// Lets the receiving thread write the rest of the body.
  func drain(into sink: FileSink) async -> Drained {
    await withCheckedContinuation { continuation in
      let (drained, producerWaits) = state.withLock { state -> (Drained?, Bool) in
        // A receiving thread that waits writes what is unread itself.
        if !state.unread.isEmpty && !state.producerWaits {
          state.isHandingOver = true
          return (.unread(state.takeUnread()), false)
        }
        if let end = state.end { return (.ended(end), false) }
        state.drain = Drain(sink: sink, waiting: continuation)
        return (nil, state.freeProducer())
      }
      if producerWaits { room.signal() }
      if let drained { continuation.resume(returning: drained) }
    }
  }
}
