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

  private struct Config: Decodable {
    struct Entry: Decodable {
      var auth: String?
      var identitytoken: String?
    }
    var auths: [String: Entry]?
  }

  private let value: Secret

  /// The login for an image's registry from a file of the form of `~/.docker/config.json`; nil when it holds none, or cannot be read:
  /// most images need no login, and the registry says so when one does.
  public init?(image: String, file: String) {
    guard let config = try? JSON.decode(Config.self, from: Files.read(file)) else { return nil }
    let registry = ImageReference(image).registry
    let keys =
      registry == ImageReference.hub ? ["https://index.docker.io/v1/", "docker.io", "index.docker.io"] : [registry, "https://" + registry]
    guard let key = keys.first(where: { config.auths?[$0] != nil }), let entry = config.auths?[key] else { return nil }
    var credentials = Credentials(serveraddress: key)
    if let token = entry.identitytoken, !token.isEmpty {
      credentials.identitytoken = token
    } else if let auth = entry.auth, let plain = Data(base64Encoded: auth) {
      let text = String(decoding: plain, as: UTF8.self)
      guard let colon = text.firstIndex(of: ":") else { return nil }
      credentials.username = String(text[..<colon])
      credentials.password = String(text[text.index(after: colon)...]).replacing("\0", with: "")
    } else {
      return nil
    }
    guard let json = try? JSON.encode(credentials, compact: true) else { return nil }
    value = Secret(json.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_"))
  }

  /// The value of `X-Registry-Auth`: JSON in base64 for URLs.
  var header: String { value.withExposed { $0 } }
}
