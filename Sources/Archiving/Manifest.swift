/// What an archive holds: `manifest.json` inside it.
public struct Manifest: Sendable, Codable, Equatable {
  /// One file.
  public struct File: Sendable, Codable, Equatable {
    /// Its size.
    public var bytes: Int64
    /// The digest of its bytes, as 64 hexadecimal digits.
    public var sha256: String
  }
  /// The manifest's own name, below the archive's root folder.
  public static let name = "manifest.json"
  static let currentSchema = "runpilot/archive/v1"

  var schema = Manifest.currentSchema
  /// Every other file, by its path below the root folder.
  public var files: [String: File] = [:]
}
