import Basics
import FoundationEssentials
import HTTPTransport

extension AWSClient {
  /// Signs a request with the time that AWS's clock shows. Nobody's request is sent unsigned.
  func sign(_ request: inout HTTPRequest, _ body: [UInt8], _ credentials: AWSCredentials) {
    guard credentials != .nobody else { return }
    let signer = RequestSigner(region: endpoint.signingRegion, service: service.signingName)
    request = signer.signed(request, .of(body), by: credentials, at: skew.corrected(surroundings.now()))
  }
}

extension AWSCredentials {
  /// What is not signed with.
  static let nobody = AWSCredentials(accessKeyID: "", secretAccessKey: "")
}
