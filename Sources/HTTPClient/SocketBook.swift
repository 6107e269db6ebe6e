import Glibc

/// The sockets that libcurl has open; on the thread of the transfers.
///
/// A server that refuses a body answers, and closes. libcurl, caught in the middle of sending, then reports a broken connection and leaves the
/// answer, which says why, unread. So sending waits while there is something to read, and what is left in a socket when libcurl closes it is
/// kept until its transfer has been told.
final class SocketBook {
  private var open: Set<Int32> = []
  /// By the local port of the connection.
  private var lastWords: [UInt16: [UInt8]] = [:]

  func opened(_ socket: Int32) { open.insert(socket) }

  /// Closes the socket.
  func close(_ socket: Int32) {
    if let port = Self.localPort(socket) {
      var bytes = [UInt8](repeating: 0, count: 64 << 10)
      let count = recv(socket, &bytes, bytes.count, Int32(MSG_DONTWAIT))
      if count > 0 { lastWords[port] = Array(bytes[..<count]) }
    }
    open.remove(socket)
    Glibc.close(socket)
  }

  /// The socket of a TCP connection.
  func socket(localPort: UInt16) -> Int32? { open.first { Self.localPort($0) == localPort } }

  /// What a connection had to say when it was closed.
  func takeLastWords(localPort: UInt16) -> [UInt8]? { lastWords.removeValue(forKey: localPort) }

  /// Nobody asked for them.
  func forgetLastWords() { lastWords = [:] }

  private static func localPort(_ socket: Int32) -> UInt16? {
    var address = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
    }
    // The port of an IPv4 address stands at the same place.
    let isInternet = address.sin6_family == sa_family_t(AF_INET) || address.sin6_family == sa_family_t(AF_INET6)
    return code == 0 && isInternet ? UInt16(bigEndian: address.sin6_port) : nil
  }
}
