import Basics
import Cryptography
import Documents
import FoundationEssentials
import TOML

/// What `trust` did.
public struct TrustOutcome: Sendable, Equatable {
  /// The project's folder.
  public var folder: String
  /// Whether its providers.toml is trusted as it is now.
  public var isTrusted: Bool
  /// What was allowed or taken back, in words.
  public var grants: [String]
}

extension Configurator {
  /// Trusts the project's providers.toml with its present content; `revoke` takes it back.
  public func trust(revoke: Bool) throws -> TrustOutcome {
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
    let grants = TrustGuard.sensitive(node, descriptors: context.descriptors).map {
      "\($0.path) (\(loader.display(path)):\($0.entry.keyPosition.line))"
    }
    var store = try TrustStore.load(context)
    store.folders[folder] = revoke ? nil : TrustStore.Grant(sha256: SHA256.hexDigest(of: bytes))
    try store.save(context)
    return TrustOutcome(folder: folder, isTrusted: !revoke, grants: grants)
  }
}
