/// Whom to trust in TLS, and who we are.
public struct TLSConfiguration: Sendable, Hashable {
  /// A file of trusted certificates (PEM); nil for the system's.
  public var authorities: String?
  /// A file with our certificate chain (PEM).
  public var certificate: String?
  /// The file with its private key (PEM).
  public var privateKey: String?
  /// Whether the server must prove its name. False only where the user has written so.
  public var verifies = true

  /// The system's authorities, no certificate of ours, everything verified.
  public init() {}

  /// Where systems keep their authorities: OpenSSL's own built-in path is right on one of them only.
  public static let usualBundles = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem", "/etc/pki/tls/cacert.pem", "/etc/ssl/cert.pem", "/var/lib/ca-certificates/ca-bundle.pem",
  ]
}
