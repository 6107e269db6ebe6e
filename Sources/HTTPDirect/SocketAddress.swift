import Basics
import Glibc
import HTTPTransport

/// An address that a socket can connect to.
struct SocketAddress: Sendable {
  let family: Int32
  private let bytes: [UInt8]

  init(family: Int32, bytes: [UInt8]) {
    self.family = family
    self.bytes = bytes
  }

  /// The address of a socket in the file system.
  static func unix(_ path: String) throws(HTTPError) -> SocketAddress {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < capacity, !path.utf8.contains(0) else {
      throw HTTPError(
        .socketMissing, "the path of the socket \(path) is longer than the \(capacity - 1) bytes that a socket's may have",
        hints: ["reach it through a short link: `ln -s \(Paths.parent(of: path)) /tmp/engine`"], mayHaveArrived: false)
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return SocketAddress(family: AF_UNIX, bytes: withUnsafeBytes(of: address) { Array($0) })
  }

  /// connect(2); 0 or an errno.
  func connect(_ descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { raw in
      guard let address = raw.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return EINVAL }
      return Glibc.connect(descriptor, address, socklen_t(raw.count)) == 0 ? 0 : errno
    }
  }
}
