public import Basics
public import FoundationEssentials

/// What requests are signed with.
public struct AWSCredentials: Sendable, Equatable {
  /// The public half; not a secret, and shown by `doctor`.
  public var accessKeyID: String
  /// The secret half.
  public var secretAccessKey: Secret
  /// What temporary credentials carry beside them.
  public var sessionToken: Secret?
  /// When they end; nil for never.
  public var expires: Date?

  /// Credentials.
  public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expires: Date? = nil) {
    self.accessKeyID = accessKeyID
    self.secretAccessKey = Secret(secretAccessKey)
    self.sessionToken = sessionToken.map { Secret($0) }
    self.expires = expires
  }
}
