import Basics
import FoundationEssentials
import HTTPTransport
public import ProviderKit

extension S3Bucket {
  /// An address that lets whoever holds it send one kind of request for one object, without credentials.
  ///
  /// - Parameters:
  ///   - method: `GET` or `PUT`.
  ///   - lifetime: at most seven days; it ends with temporary credentials that end earlier.
  /// - Throws: code `invalidRequest` when the lifetime is none.
  public func presigned(_ method: String, _ key: String, lifetime: Duration) async throws(ProviderError) -> String {
    let seconds = try checked(lifetime)
    let found = try await client.credentials.found()
    let address = address
    let request = HTTPRequest(method, address.origin, address.path(key))
    let signer = client.regions.signer(address.endpoint.signingRegion)
    let target = signer.presignedTarget(
      request, .unsigned, by: found.credentials, at: client.skew.corrected(client.now()), seconds: seconds)
    return Self.text(address.origin) + target
  }

  /// A form that lets a browser send one object: where it goes, and its fields, which stand before the file.
  /// - Parameter maximumBytes: the store refuses anything longer.
  public func presignedPost(_ key: String, lifetime: Duration, maximumBytes: Int64) async throws(ProviderError) -> PresignedForm {
    let seconds = try checked(lifetime)
    let credentials = try await client.credentials.found().credentials
    let address = address
    let time = client.skew.corrected(client.now())
    let signer = client.regions.signer(address.endpoint.signingRegion)
    let scope = signer.signature(of: "", by: credentials, at: time)
    var fields = ["key": key, "x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-credential": scope.credential, "x-amz-date": scope.date]
    credentials.sessionToken?.withExposed { fields["x-amz-security-token"] = $0 }
    var conditions: [JSONValue] = fields.sorted { $0.key < $1.key }.map { .object([$0.key: .string($0.value)]) }
    conditions.append(.object(["bucket": .string(name)]))
    conditions.append(.array([.string("content-length-range"), .int(0), .int(maximumBytes)]))
    let expiry = Timestamp.format(time.addingTimeInterval(Double(seconds)))
    let policy = JSONValue.object(["expiration": .string(expiry), "conditions": .array(conditions)])
    guard let json = try? JSON.encode(policy, compact: true) else { throw nonsense("sign a form for \(url(key))", "its policy is no JSON") }
    let text = json.base64EncodedString()
    fields["policy"] = text
    fields["x-amz-signature"] = signer.signature(of: text, by: credentials, at: time).signature
    return PresignedForm(url: Self.text(address.origin) + address.path(nil), fields: fields)
  }

  private func checked(_ lifetime: Duration) throws(ProviderError) -> Int {
    let seconds = lifetime.components.seconds
    guard (1...604_800).contains(seconds) else {
      throw ProviderError(.invalidRequest, "an address can be good for one second to seven days, not for \(seconds) seconds")
    }
    return Int(seconds)
  }

  private static func text(_ origin: HTTPOrigin) -> String {
    switch origin {
    case .https: "https://" + origin.hostField
    case .http: "http://" + origin.hostField
    case .unix: origin.description
    }
  }
}

/// What a form must send to store one object.
public struct PresignedForm: Sendable, Equatable {
  /// Where it is sent, as `multipart/form-data`.
  public let url: String
  /// Its fields; the file follows as `file`.
  public let fields: [String: String]
}
