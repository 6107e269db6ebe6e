import Basics
import FoundationEssentials

/// What a registry wants to see before it hands out an image.
public struct RegistryLogin: Sendable, Equatable {
  private struct Credentials: Encodable {
    var username: String?
    var password: String?
    var identitytoken: String?
    var serveraddress: String
  }

  private let value: Secret

  init?(user: String, password: String, server: String) {
    self.init(Credentials(username: user, password: password, serveraddress: server))
  }

  init?(token: String, server: String) { self.init(Credentials(identitytoken: token, serveraddress: server)) }

  private init?(_ credentials: Credentials) {
    guard let json = try? JSON.encode(credentials, compact: true) else { return nil }
    value = Secret(json.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_"))
  }

  /// The value of `X-Registry-Auth`: JSON in base64 for URLs.
  var header: String { value.withExposed { $0 } }
}
