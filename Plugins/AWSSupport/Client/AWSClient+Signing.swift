import Cryptography
import HTTPTransport

extension AWSClient {
  /// Signs a request with the time that AWS's clock shows; nobody's is sent unsigned.
  func sign(_ request: inout HTTPRequest, _ body: [UInt8], _ credentials: AWSCredentials) {
    guard credentials != .nobody else { return }
    let signer = SigV4(region: endpoint.signingRegion, service: service.signingName, normalisesPath: service != .s3)
    signer.sign(&request, .digest(SHA256.hexDigest(of: body)), credentials, at: skew.corrected(surroundings.now()))
  }
}

extension AWSCredentials {
  /// What is not signed with.
  static let nobody = AWSCredentials(accessKeyID: "", secretAccessKey: "")
}
