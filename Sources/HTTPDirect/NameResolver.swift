import Basics
import CSupport
import Glibc
import HTTPTransport
import Synchronization

/// Looks host names up with the system's resolver, which knows no deadline: it gets a thread of its own, which may outlast our patience.
enum NameResolver {
  static func resolve(_ host: String, port: UInt16, deadline: Deadline) throws(HTTPError) -> [SocketAddress] {
    // Whoever waits keeps the reading end; the thread closes the writing end when it knows.
    var ends: [Int32] = [-1, -1]
    guard rp_pipe_cloexec(&ends) == 0 else { throw Self.failure(host, SystemError.reason(errno)) }
    let reader = Descriptor(owning: ends[0])
    let writer = ends[1]
    let answer = Answer()
    do throws(SystemError) {
      try BackgroundThread.start {
        answer.value.withLock { $0 = lookUp(host, port: port) }
        close(writer)
      }
    } catch {
      close(writer)
      throw Self.failure(host, error.message)
    }
    guard deadline.wait(reader.raw, for: POLLIN) else {
      throw HTTPError(.timedOut, "the name '\(host)' was not looked up in time", mayHaveArrived: false)
    }
    return try answer.value.withLock { $0 }.get()
  }

  private final class Answer: Sendable {
    let value = Mutex<Result<[SocketAddress], HTTPError>>(.success([]))
  }

  private static func lookUp(_ host: String, port: UInt16) -> Result<[SocketAddress], HTTPError> {
    rp_prepare_resolver()
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, "\(port)", &hints, &list)
    defer { if let list { freeaddrinfo(list) } }
    guard code == 0 else { return .failure(failure(host, String(cString: gai_strerror(code)))) }
    var addresses: [SocketAddress] = []
    var next = list
    while let entry = next?.pointee {
      let bytes = UnsafeRawBufferPointer(start: entry.ai_addr, count: Int(entry.ai_addrlen))
      addresses.append(SocketAddress(family: entry.ai_family, bytes: Array(bytes)))
      next = entry.ai_next
    }
    return addresses.isEmpty ? .failure(failure(host, "it has no address")) : .success(addresses)
  }

  private static func failure(_ host: String, _ reason: String) -> HTTPError {
    HTTPError(
      .nameUnknown, "cannot find the host '\(host)': \(reason)", hints: ["check the name with `getent hosts \(host)`"],
      mayHaveArrived: false)
  }
}
