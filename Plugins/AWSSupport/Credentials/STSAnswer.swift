import Basics
import FoundationEssentials
import ProviderKit
import XML

/// What STS answers when a role is taken.
enum STSAnswer {
  /// Of the API.
  static let version = "2011-06-15"

  /// The credentials in an answer to AssumeRole and its kin.
  static func credentials(_ root: XMLNode) throws(ProviderError) -> AWSCredentials {
    let keys = root.children.first { $0.name.hasSuffix("Result") }?["Credentials"]
    guard let keys, let id = keys.text("AccessKeyId"), let secret = keys.text("SecretAccessKey"), let token = keys.text("SessionToken"),
      let end = keys.text("Expiration").flatMap(Timestamp.parse)
    else { throw ProviderError(.vendorFault, "STS answered with something else than credentials") }
    return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token, expires: end)
  }
}
