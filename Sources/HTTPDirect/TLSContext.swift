import Basics
import COpenSSL
import HTTPTransport

/// Owns an SSL_CTX: the trust and identity that many connections share.
final class TLSContext: Sendable {
  /// An OpenSSL pointer, which Swift does not let cross threads as itself; an SSL_CTX may.
  private let address: UInt

  /// - Parameter environment: `SSL_CERT_FILE` and `SSL_CERT_DIR` are looked up in it.
  /// - Throws: ``HTTPError`` of kind `tls` when a file is missing or holds no certificate.
  init(_ configuration: TLSConfiguration, environment: [String: String]) throws(HTTPError) {
    guard let context = SSL_CTX_new(TLS_client_method()) else { throw TLSFailure.error("cannot set up TLS") }
    address = UInt(bitPattern: context)
    SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
    SSL_CTX_set_verify(context, configuration.verifies ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
    if configuration.verifies { try Self.loadAuthorities(into: context, configuration.authorities, environment) }
    if let certificate = configuration.certificate {
      guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1 else {
        throw TLSFailure.error("cannot use the client certificate \(certificate)")
      }
      let key = configuration.privateKey ?? certificate
      guard SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1, SSL_CTX_check_private_key(context) == 1 else {
        throw TLSFailure.error("cannot use the private key \(key)")
      }
    }
    let http = [UInt8(8)] + Array("http/1.1".utf8)
    SSL_CTX_set_alpn_protos(context, http, UInt32(http.count))
  }

  deinit { SSL_CTX_free(OpaquePointer(bitPattern: address)) }

  /// A fresh SSL for one connection, or nil when memory is out.
  func makeSession() -> OpaquePointer? { SSL_new(OpaquePointer(bitPattern: address)) }

  private static func loadAuthorities(into context: OpaquePointer, _ file: String?, _ environment: [String: String]) throws(HTTPError) {
    if let file {
      guard SSL_CTX_load_verify_file(context, file) == 1 else { throw TLSFailure.error("cannot read certificates from \(file)") }
      return
    }
    let named = environment["SSL_CERT_FILE"].flatMap { $0.isEmpty ? nil : $0 }
    if let bundle = named ?? TLSConfiguration.usualBundles.first(where: Files.exists) {
      guard SSL_CTX_load_verify_file(context, bundle) == 1 else {
        throw TLSFailure.error(
          "cannot read trusted certificates from \(bundle)", hints: ["point SSL_CERT_FILE at a file of certificates (PEM)"])
      }
    }
    let folder = environment["SSL_CERT_DIR"].flatMap { $0.isEmpty ? nil : $0 }
    if let folder { SSL_CTX_load_verify_dir(context, folder) }
    guard named != nil || folder != nil || TLSConfiguration.usualBundles.contains(where: Files.exists) else {
      throw HTTPError(
        .tls, "this machine has no list of trusted certificates",
        hints: ["install one (`apt-get install ca-certificates`), or point SSL_CERT_FILE at a file of certificates (PEM)"],
        mayHaveArrived: false)
    }
  }
}
