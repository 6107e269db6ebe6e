import Basics
import Documents
import ProviderKit

/// What of a project's providers.toml needs trust: a cloned repository must not run programs, redirect requests or take keys.
enum TrustGuard {
  /// Keys that need trust in every module's table.
  private static let always: Set<String> = ["command", "endpoint"]

  /// The keys of a file that need trust, where they stand.
  static func sensitive(_ node: Node, descriptors: [ProviderDescriptor], storages: [StorageDescription]) -> [(
    path: String, entry: Mapping.Entry
  )] {
    guard case .mapping(let root) = node.value else { return [] }
    return ["providers", "storage"].flatMap { section -> [(path: String, entry: Mapping.Entry)] in
      guard case .mapping(let tables)? = root[section]?.value else { return [] }
      return tables.entries.flatMap { table -> [(path: String, entry: Mapping.Entry)] in
        guard case .mapping(let keys) = table.value.value else { return [] }
        let guarded = always.union(
          guardedKeys(
            keys, table.key, section == "storage" ? storages.map { ($0.module, $0.settings) } : descriptors.map { ($0.module, $0.settings) }
          ))
        return keys.entries.filter { guarded.contains($0.key) }.map { ("\(section).\(table.key).\($0.key)", $0) }
      }
    }
  }

  private static func guardedKeys(_ keys: Mapping, _ name: String, _ modules: [(name: String, settings: [SettingDescription])]) -> Set<
    String
  > {
    let module = keys["module"]?.scalarText ?? name
    let settings = modules.first { $0.name == module }?.settings ?? []
    return Set(settings.filter(\.needsTrust).map(\.name))
  }

  /// The refusal of an untrusted file.
  static func refusal(_ file: String, _ sensitive: [(path: String, entry: Mapping.Entry)]) -> ConfigurationError {
    let keys = sensitive.map { "\($0.path) (line \($0.entry.keyPosition.line))" }.joined(separator: ", ")
    return ConfigurationError(
      "\(file) sets \(keys), and this folder is not trusted with its present content",
      hints: [
        "read the file, then allow it: `runpilot trust`",
        "or leave it aside: `export RUNPILOT_PROVIDERS_FILE=\"$HOME/.runpilot/providers.toml\"`",
      ], exitCode: .notAllowed)
  }
}
