import COpenSSL
import Glibc

/// OpenSSL's way to a socket, without SIGPIPE: its own writes with write(2), which kills a process that has not arranged for it.
enum SocketBIO {
  private static let method: UInt = {
    guard let method = BIO_meth_new(BIO_get_new_index() | 0x0400, "runpilot socket") else { return 0 }
    BIO_meth_set_write(method, writeToSocket)
    BIO_meth_set_read(method, readFromSocket)
    BIO_meth_set_ctrl(method, controlSocket)
    return UInt(bitPattern: method)
  }()

  /// A BIO over a descriptor that stays the caller's; nil when memory is out.
  static func make(_ descriptor: Int32) -> OpaquePointer? {
    guard let bio = BIO_new(OpaquePointer(bitPattern: method)) else { return nil }
    // The descriptor itself travels as the pointer, moved up by one: it may be 0.
    BIO_set_data(bio, UnsafeMutableRawPointer(bitPattern: Int(descriptor) + 1))
    BIO_set_init(bio, 1)
    return bio
  }

  fileprivate static func descriptor(of bio: OpaquePointer?) -> Int32 { Int32(Int(bitPattern: BIO_get_data(bio)) - 1) }
}

private func writeToSocket(_ bio: OpaquePointer?, _ bytes: UnsafePointer<CChar>?, _ count: Int32) -> Int32 {
  BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY)
  let written = send(SocketBIO.descriptor(of: bio), bytes, Int(count), Int32(MSG_NOSIGNAL))
  if written < 0 && (errno == EAGAIN || errno == EINTR) { BIO_set_flags(bio, BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY) }
  return Int32(written)
}

private func readFromSocket(_ bio: OpaquePointer?, _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int32) -> Int32 {
  BIO_clear_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY)
  let got = recv(SocketBIO.descriptor(of: bio), bytes, Int(count), 0)
  if got < 0 && (errno == EAGAIN || errno == EINTR) { BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY) }
  return Int32(got)
}

private func controlSocket(_ bio: OpaquePointer?, _ command: Int32, _ number: Int, _ pointer: UnsafeMutableRawPointer?) -> Int {
  command == BIO_CTRL_FLUSH ? 1 : 0
}
