import COpenSSL
import HTTPTransport
import Synchronization

/// TLS on one socket, never waiting: each step either moves on or says what the socket must be ready for.
final class TLSSession: Sendable {
  /// What came of a step.
  enum Step: Sendable, Equatable {
    /// So many bytes; 0 is the other side's orderly end.
    case moved(Int)
    case needsReading
    case needsWriting
    /// The connection broke, or somebody cut it: what came is not all.
    case broken
  }

  /// The SSL's address. OpenSSL lets one thread at a time use it.
  private let address: Mutex<UInt>
  private let host: String
  private let port: UInt16

  /// - Parameter host: the name (or address) that the server has to prove, and that is sent in the clear as SNI.
  init(_ context: TLSContext, descriptor: Int32, host: String, port: UInt16, verifies: Bool) throws(HTTPError) {
    self.host = host
    self.port = port
    guard let session = context.makeSession(), let bio = SocketBIO.make(descriptor) else {
      throw TLSFailure.error("cannot set up TLS")
    }
    address = Mutex(UInt(bitPattern: session))
    SSL_set_bio(session, bio, bio)
    SSL_set_connect_state(session)
    let parameters = SSL_get0_param(session)
    let isAddress = X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1
    if !isAddress {
      host.withCString { name in
        _ = SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), UnsafeMutableRawPointer(mutating: name))
      }
      SSL_set_hostflags(session, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
      guard !verifies || SSL_set1_host(session, host) == 1 else { throw TLSFailure.error("'\(host)' is no name that can be verified") }
    }
  }

  deinit { address.withLock { SSL_free(OpaquePointer(bitPattern: $0)) } }

  /// One step of the handshake; `.moved` once it is done.
  /// - Throws: ``HTTPError`` of kind `tls` with the reason why the server is not trusted.
  func handshake() throws(HTTPError) -> Step {
    let (step, reason) = address.withLock { address -> (Step?, String?) in
      let session = OpaquePointer(bitPattern: address)
      ERR_clear_error()
      let result = SSL_do_handshake(session)
      if result == 1 { return (.moved(0), nil) }
      let step = Self.step(session, result)
      guard step == .broken else { return (step, nil) }
      let verdict = SSL_get_verify_result(session)
      if verdict != X509_V_OK { return (nil, String(cString: X509_verify_cert_error_string(verdict))) }
      return (nil, TLSFailure.takeReason() ?? "the server closed the connection")
    }
    if let step { return step }
    throw HTTPError(
      .tls, "no TLS with \(host): \(reason ?? "unknown reason")",
      hints: ["see what the server shows: `openssl s_client -connect \(host):\(port) -servername \(host) </dev/null`"],
      mayHaveArrived: false)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Step {
    address.withLock { address in
      let session = OpaquePointer(bitPattern: address)
      ERR_clear_error()
      let count = SSL_read(session, buffer.baseAddress, Int32(clamping: buffer.count))
      return count > 0 ? .moved(Int(count)) : Self.step(session, count)
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer) -> Step {
    address.withLock { address in
      let session = OpaquePointer(bitPattern: address)
      ERR_clear_error()
      let count = SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count))
      return count > 0 ? .moved(Int(count)) : Self.step(session, count)
    }
  }

  private static func step(_ session: OpaquePointer?, _ result: Int32) -> Step {
    switch SSL_get_error(session, result) {
    case SSL_ERROR_WANT_READ: .needsReading
    case SSL_ERROR_WANT_WRITE: .needsWriting
    case SSL_ERROR_ZERO_RETURN: .moved(0)
    default: .broken
    }
  }
}
