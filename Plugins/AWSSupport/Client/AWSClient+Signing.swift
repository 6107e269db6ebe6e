import Cryptography
import HTTPTransport

extension AWSClient {
<<<<<<< HEAD
  /// Signs a request (Signature Version 4, header form) with the time that AWS's clock shows. Nobody's request is sent unsigned.
  ///
  /// The query and JSON services have no paths and queries that would need canonical forms, and an ``AWSCall`` writes those of buckets canonically.
  func sign(_ request: inout HTTPRequest, _ body: [UInt8], _ credentials: AWSCredentials) {
    guard credentials != .nobody else { return }
    let time = Timestamp.format(skew.corrected(surroundings.now())).filter { $0 != "-" && $0 != ":" }.prefix(15) + "Z"
    request.headers["X-Amz-Date"] = String(time)
    credentials.sessionToken?.withExposed { request.headers["X-Amz-Security-Token"] = $0 }
    let signed = (request.headers.fields.map { ($0.name.lowercased(), $0.value) } + [("host", endpoint.origin.hostField)]).sorted {
      $0.0 < $1.0
    }
    let parts = request.target.split(separator: "?", maxSplits: 1)
    let names = signed.map(\.0).joined(separator: ";")
    let canonical =
      "\(request.method)\n\(parts[0])\n\(parts.count > 1 ? parts[1] : "")\n" + signed.map { "\($0.0):\($0.1)\n" }.joined() + "\n\(names)\n"
      + SHA256.hexDigest(of: body)
    let scope = "\(time.prefix(8))/\(endpoint.signingRegion)/\(service.signingName)/aws4_request"
    let text = "AWS4-HMAC-SHA256\n\(time)\n\(scope)\n" + SHA256.hexDigest(of: canonical.utf8)
    let secret = credentials.secretAccessKey.withExposed { Array("AWS4\($0)".utf8) }
    let key = scope.split(separator: "/").reduce(secret) { HMAC256.code(for: $1.utf8, key: $0) }
    request.headers["Authorization"] =
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(names), "
      + "Signature=\(Hexadecimal.string(HMAC256.code(for: text.utf8, key: key)))"
=======
  /// Signs a request with the time that AWS's clock shows; nobody's is sent unsigned.
  func sign(_ request: inout HTTPRequest, _ body: [UInt8], _ credentials: AWSCredentials) {
    guard credentials != .nobody else { return }
    let signer = SigV4(region: endpoint.signingRegion, service: service.signingName)
    signer.sign(&request, .digest(SHA256.hexDigest(of: body)), credentials, at: skew.corrected(surroundings.now()))
>>>>>>> 86dc8f2 (Objects of a bucket: whole, in ranges, in parallel parts, checked, listed, deleted, presigned, wherever the bucket turns out to be)
  }
}

extension AWSCredentials {
  /// What is not signed with.
  static let nobody = AWSCredentials(accessKeyID: "", secretAccessKey: "")
}
