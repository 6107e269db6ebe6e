/// What a mailbox must come to: written by the agent when everything is there, checked by the home.
public struct MailboxManifest: Sendable, Codable, Equatable {
  /// The schema this version writes and reads.
  public static let currentSchema = "runpilot/mailbox/v1"

  /// One file.
  public struct File: Sendable, Codable, Equatable {
    /// Its size.
    public var bytes: Int64
    /// The digest of its bytes, as 64 hexadecimal digits.
    public var sha256: String

    /// A file.
    public init(bytes: Int64, sha256: String) {
      self.bytes = bytes
      self.sha256 = sha256
    }
  }

  /// The schema of the file.
  public var schema = MailboxManifest.currentSchema
  /// The whole log.
  public var log: File
  /// Every output by its path.
  public var outputs: [String: File]
  /// What could not be brought into the mailbox, in words.
  public var missing: [String]

  /// A manifest.
  public init(log: File, outputs: [String: File], missing: [String] = []) {
    self.log = log
    self.outputs = outputs
    self.missing = missing
  }
}
