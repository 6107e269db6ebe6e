import Basics
import Glibc
import HTTPTransport
import Synchronization

/// A connected stream, plain or TLS, for one user at a time. Every wait has a deadline, and ``cut()`` from any thread ends it.
final class Wire: Sendable {
  private let descriptor: Int32
  private let session: TLSSession?
  private let isCut = Atomic(false)
  /// For messages.
  let name: String

  /// Takes over a connected, non-blocking socket.
  init(owning descriptor: Int32, session: TLSSession?, name: String) {
    self.descriptor = descriptor
    self.session = session
    self.name = name
  }

  deinit { close(descriptor) }

  /// Ends whatever goes on; safe from any thread, any number of times.
  func cut() {
    isCut.store(true, ordering: .sequentiallyConsistent)
    shutdown(descriptor, Int32(SHUT_RDWR))
  }

  /// Whether nothing has come, not even an end: only then may an idle connection be used again.
  var isQuiet: Bool {
    var waiter = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&waiter, 1, 0) == 0
  }

  /// Waits for bytes and reads what is there.
  /// - Returns: 0 at the stream's end.
  func read(into buffer: UnsafeMutableRawBufferPointer, deadline: Deadline) throws(HTTPError) -> Int {
    while true {
      let step = session?.read(into: buffer) ?? plainRead(buffer)
      if case .moved(let count) = step, count > 0 { return count }
      try checkNotCut()
      switch step {
      case .moved(let count): return count
      case .needsReading: try wait(for: POLLIN, deadline)
      case .needsWriting: try wait(for: POLLOUT, deadline)
      case .broken: throw HTTPError(.closed, "\(name) broke the connection", mayHaveArrived: true)
      }
    }
  }

  /// Writes every byte.
  /// - Parameter waits: how long each piece may take.
  func write(_ bytes: [UInt8], _ waits: Waits) throws(HTTPError) {
    var written = 0
    while written < bytes.count {
      try checkNotCut()
      let step = bytes.withUnsafeBytes { raw in
        let rest = UnsafeRawBufferPointer(rebasing: raw[written...])
        return session?.write(rest) ?? plainWrite(rest)
      }
      switch step {
      case .moved(let count): written += count
      case .needsReading: try wait(for: POLLIN, waits.idle)
      case .needsWriting: try wait(for: POLLOUT, waits.idle)
      case .broken:
        try checkNotCut()
        throw HTTPError(.closed, "\(name) closed the connection while the request was sent", mayHaveArrived: true)
      }
    }
  }

  private func checkNotCut() throws(HTTPError) {
    guard !isCut.load(ordering: .sequentiallyConsistent) else {
      throw HTTPError(.cancelled, "the request to \(name) was given up", mayHaveArrived: true)
    }
  }

  private func wait(for events: Int32, _ deadline: Deadline) throws(HTTPError) {
    guard deadline.wait(descriptor, for: events) else {
      throw HTTPError(.timedOut, "\(name) did not answer in time", mayHaveArrived: true)
    }
  }

  private func plainRead(_ buffer: UnsafeMutableRawBufferPointer) -> TLSSession.Step {
    let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
    if count >= 0 { return .moved(count) }
    return errno == EAGAIN || errno == EINTR ? .needsReading : .broken
  }

  private func plainWrite(_ bytes: UnsafeRawBufferPointer) -> TLSSession.Step {
    let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    if count >= 0 { return .moved(count) }
    return errno == EAGAIN || errno == EINTR ? .needsWriting : .broken
  }
}
