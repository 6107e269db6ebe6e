public import Basics
public import FoundationEssentials

/// Credentials that open one run's mailbox for a while: what a machine without a role of its own gets.
public struct StoreSession: Sendable, Equatable {
  /// The public half.
  public var accessKeyID: String
  /// The secret half.
  public var secretAccessKey: Secret
  /// What temporary credentials carry beside them.
  public var sessionToken: Secret
  /// When they end.
  public var expires: Date

  /// Credentials.
  public init(accessKeyID: String, secretAccessKey: Secret, sessionToken: Secret, expires: Date) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = secretAccessKey
    self.sessionToken = sessionToken
    self.expires = expires
  }

  private struct Text: Codable {
    var accessKeyID: String
    var secretAccessKey: String
    var sessionToken: String
    var expires: Date
    enum CodingKeys: String, CodingKey {
      case expires
      case accessKeyID = "access_key_id"
      case secretAccessKey = "secret_access_key"
      case sessionToken = "session_token"
    }
  }

  /// The text of the file that a machine keeps them in, in the clear: for the machine's owner alone.
  public func exposedText() throws -> String {
    let text = Text(
      accessKeyID: accessKeyID, secretAccessKey: secretAccessKey.withExposed { $0 }, sessionToken: sessionToken.withExposed { $0 },
      expires: expires)
    return String(decoding: try JSON.encode(text, compact: true), as: UTF8.self)
  }

  /// Reads such a file.
  /// - Throws: `DecodingError`.
  public init(text: Data) throws {
    let text = try JSON.decode(Text.self, from: text)
    self.init(
      accessKeyID: text.accessKeyID, secretAccessKey: Secret(text.secretAccessKey), sessionToken: Secret(text.sessionToken),
      expires: text.expires)
  }
}
