import Basics
import Documents
import FoundationEssentials

/// Which folders' providers.toml may set commands, endpoints and credentials, and with which content: `trust.json`.
struct TrustStore: Codable, Equatable {
  /// A trusted content.
  struct Grant: Codable, Equatable {
    var sha256: String
  }

  var schema = "runpilot/trust/v1"
  /// By the project's folder.
  var folders: [String: Grant] = [:]

  /// What is remembered; nothing when the file is missing.
  static func load(_ context: ConfigurationContext) throws -> TrustStore {
    guard context.files.kind(context.trustFile) != nil else { return TrustStore() }
    let bytes = try context.files.read(context.trustFile, DocumentLoader.limit)
    guard let store = try? JSON.decode(TrustStore.self, from: bytes) else {
      throw ConfigurationError("\(context.trustFile) is damaged", hints: ["remove it, and say `runpilot trust` again where it is needed"])
    }
    return store
  }

  /// Writes it for the user's eyes only.
  func save(_ context: ConfigurationContext) throws {
    try Files.createFolder(context.home, mode: 0o700)
    try Files.writeAtomically(try JSON.encode(self), to: context.trustFile, mode: 0o600)
  }

  /// Whether a folder's file is trusted as it is now.
  func allows(_ folder: String, sha256: String) -> Bool { folders[folder]?.sha256 == sha256 }
}
