import Basics
import Cryptography
import Documents
import FoundationEssentials
import TOML

/// How it stands with trust in a project's providers.toml.
public struct TrustOutcome: Sendable, Equatable {
  /// The project's folder.
  public var folder: String
  /// Whether its providers.toml is trusted as it is now, or sets nothing that needs trust.
  public var isTrusted: Bool
  /// What is allowed by trust: each key with its value and place.
  public var grants: [String]
  /// The file's content, as a digest.
  public var content: String
}

extension Configurator {
  /// What of the project's providers.toml needs trust, and whether it has it. Writes nothing.
  public func trust() throws -> TrustOutcome {
    let project = try Project.find(context, collector: DiagnosticCollector())
    guard let folder = project.folder, let path = project.providersFile else {
      throw ConfigurationError(
        "there is no providers.toml in this project, so nothing needs trust",
        hints: ["a project is the nearest folder with .git or runpilot.yaml"],
        exitCode: .notFound)
    }
    let loader = DocumentLoader(context: context)
    let bytes = try loader.read(path, what: "providers.toml")
    let node = try TOML.parse(bytes, name: loader.display(path))
    let grants = TrustGuard.sensitive(node, descriptors: context.descriptors, storages: context.storages).map {
      "\($0.path) = \(Self.shown($0.entry.value.json.plainText, key: $0.entry.key)) (\(loader.display(path)):\($0.entry.keyPosition.line))"
    }
    let content = SHA256.hexDigest(of: bytes)
    let isTrusted = try grants.isEmpty || TrustStore.load(context).allows(folder, sha256: content)
    return TrustOutcome(folder: folder, isTrusted: isTrusted, grants: grants, content: content)
  }

  /// Trusts the project's providers.toml with the content that somebody has seen.
  /// - Throws: `ConfigurationError` when the file is another by now.
  public func trust(content: String) throws -> TrustOutcome {
    var outcome = try trust()
    guard outcome.content == content else {
      throw ConfigurationError(
        "providers.toml has changed since it was shown", hints: ["look at it again: `runpilot trust`"], exitCode: .tryAgain)
    }
    try remember(TrustStore.Grant(sha256: content), for: outcome.folder)
    outcome.isTrusted = true
    return outcome
  }

  /// Takes trust back.
  public func revokeTrust() throws -> TrustOutcome {
    let folder = try trust().folder
    try remember(nil, for: folder)
    return try trust()
  }

  private func remember(_ grant: TrustStore.Grant?, for folder: String) throws {
    var store = try TrustStore.load(context)
    store.folders[folder] = grant
    try store.save(context)
  }
}
