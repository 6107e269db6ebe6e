/// A real S3 server with signatures checked, path-style addresses, any region.
public struct S3Engine: Sendable {
  /// Such as `http://127.0.0.1:20001`.
  public let endpoint: String
  /// The id of a key that may do everything.
  public let accessKey: String
  /// Its secret.
  public let secretKey: String
  /// The id of a key that may read and list, and nothing else.
  public let readerAccessKey: String
  /// Its secret.
  public let readerSecretKey: String
  /// The same server behind a network that lies when told.
  public let faultyEndpoint: String
  /// Tells that network.
  public let faults: NetworkFaults

  /// A bucket name that no other test has.
  public func bucketName(_ purpose: String = "test") -> String { "\(purpose)-\(String(UInt64.random(in: 0 ... .max), radix: 36))" }
}
