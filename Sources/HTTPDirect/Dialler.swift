import Basics
import Glibc
import HTTPTransport

/// Opens connections.
struct Dialler: Sendable {
  /// Makes the TLS context, once.
  let tls: @Sendable () throws(HTTPError) -> TLSContext
  let verifies: Bool

  func dial(_ origin: HTTPOrigin, _ deadline: Deadline) throws(HTTPError) -> Wire {
    let name = "\(origin)"
    switch origin {
    case .unix(let path):
      return Wire(owning: try connect([.unix(path)], name, deadline), session: nil, name: name)
    case .http(let host, let port):
      let addresses = try NameResolver.resolve(host, port: port, deadline: deadline)
      return Wire(owning: try connect(addresses, name, deadline), session: nil, name: name)
    case .https(let host, let port):
      let context = try tls()
      let addresses = try NameResolver.resolve(host, port: port, deadline: deadline)
      let descriptor = try connect(addresses, name, deadline)
      do throws(HTTPError) {
        let session = try TLSSession(context, descriptor: descriptor, host: host, port: port, verifies: verifies)
        try handshake(session, descriptor, name, deadline)
        return Wire(owning: descriptor, session: session, name: name)
      } catch {
        close(descriptor)
        throw error
      }
    }
  }

  /// The first of several addresses that lets us in; one that does not answer costs at most its share of the time.
  private func connect(_ addresses: [SocketAddress], _ name: String, _ deadline: Deadline) throws(HTTPError) -> Int32 {
    var failure = HTTPError(.unreachable, "\(name) has no address", mayHaveArrived: false)
    for address in addresses {
      do throws(HTTPError) { return try connect(address, name, deadline) } catch { failure = error }
      if deadline.hasPassed { break }
    }
    throw failure
  }

  private func connect(_ address: SocketAddress, _ name: String, _ deadline: Deadline) throws(HTTPError) -> Int32 {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let socket = Glibc.socket(address.family, kind, 0)
    guard socket >= 0 else { throw DialFailure.error(name, errno) }
    let descriptor = Descriptor(owning: socket)
    var code = address.connect(descriptor.raw)
    // A unix socket whose queue is full says EAGAIN at once.
    while code == EAGAIN && !deadline.hasPassed {
      usleep(2_000)
      code = address.connect(descriptor.raw)
    }
    if code == EINPROGRESS || code == EINTR {
      guard deadline.wait(descriptor.raw, for: POLLOUT) else {
        throw HTTPError(.timedOut, "\(name) did not let us connect in time", mayHaveArrived: false)
      }
      var length = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(descriptor.raw, SOL_SOCKET, SO_ERROR, &code, &length)
    }
    guard code == 0 else { throw DialFailure.error(name, code) }
    if address.family != AF_UNIX {
      var on: Int32 = 1
      setsockopt(descriptor.raw, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
      setsockopt(descriptor.raw, SOL_SOCKET, SO_KEEPALIVE, &on, socklen_t(MemoryLayout<Int32>.size))
    }
    return descriptor.release()
  }

  private func handshake(_ session: TLSSession, _ descriptor: Int32, _ name: String, _ deadline: Deadline) throws(HTTPError) {
    while true {
      let events: Int32
      switch try session.handshake() {
      case .needsReading: events = POLLIN
      case .needsWriting: events = POLLOUT
      case .moved, .broken: return
      }
      guard deadline.wait(descriptor, for: events) else {
        throw HTTPError(.timedOut, "\(name) did not finish its TLS handshake in time", mayHaveArrived: false)
      }
    }
  }
}

/// Why a socket did not connect.
enum DialFailure {
  static func error(_ name: String, _ code: Int32) -> HTTPError {
    let kind: HTTPError.Kind =
      switch code {
      case ENOENT, ENOTDIR: .socketMissing
      case ECONNREFUSED: .refused
      case EACCES, EPERM: .notAllowed
      case ETIMEDOUT: .timedOut
      default: .unreachable
      }
    return HTTPError(kind, "cannot connect to \(name): \(SystemError.reason(code))", mayHaveArrived: false)
  }
}
