import Basics
import FoundationEssentials
import ProviderKit

/// Credentials as programs, containers and machines give them: the names are AWS's.
struct KeyDocument: Decodable {
  var Version: Int?
  var Code: String?
  var Message: String?
  var AccessKeyId: String?
  var SecretAccessKey: String?
  var SessionToken: String?
  var Token: String?
  var Expiration: String?

  func credentials(from place: String, now: Date) throws(ProviderError) -> AWSCredentials {
    if let Code, Code != "Success" {
      throw ProviderError(.unauthorised, "\(place) refuses: \(Code)\(Message.map { ": " + $0 } ?? "")", vendorCode: Code)
    }
    guard let AccessKeyId, let SecretAccessKey else {
      throw ProviderError(.unauthorised, "\(place) gave credentials without AccessKeyId or SecretAccessKey")
    }
    var end: Date?
    if let Expiration {
      guard let date = Timestamp.parse(Expiration) else {
        throw ProviderError(.unauthorised, "\(place) gave credentials whose Expiration is no time")
      }
      guard date > now else { throw ProviderError(.unauthorised, "\(place) gave credentials that ended at \(Expiration)") }
      end = date
    }
    return AWSCredentials(accessKeyID: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken ?? Token, expires: end)
  }
}
