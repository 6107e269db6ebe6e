import Basics
import Documents
import TrainingModel

/// Gathers the values of secrets and keeps them apart from plain variables.
///
/// From weak to strong: the run file's `env_file`, its `env`, its `secrets`, `--env-file`, `--env`.
struct SecretResolver {
  let settings: RunSettings
  let overrides: RunOverrides
  let context: ConfigurationContext
  let collector: DiagnosticCollector
  private(set) var plain: [String: String]
  private(set) var secrets: [String: Secret] = [:]

  init(settings: RunSettings, overrides: RunOverrides, context: ConfigurationContext, collector: DiagnosticCollector) {
    self.settings = settings
    self.overrides = overrides
    self.context = context
    self.collector = collector
    plain = settings.environment
  }

  /// Sorts all variables into ``plain`` and ``secrets``.
  mutating func resolve() throws {
    if let file = settings.environmentFile {
      for (name, value) in try read(file, at: settings.mapping["env_file"]) where plain[name] == nil { secrets[name] = Secret(value) }
    }
    for name in settings.secretNames where overrides.environment[name] == nil { declared(name) }
    if let file = overrides.environmentFile {
      for (name, value) in try read(file, at: nil) where overrides.environment[name] == nil { take(name, Secret(value)) }
    }
    for name in overrides.secretNames {
      guard let value = context.environment[name] else { throw Self.notSet(name) }
      take(name, Secret(value))
    }
    let fromFile = settings.secretNames.filter { secrets[$0] == nil && plain[$0] == nil }
    for name in fromFile {
      let error = Self.notSet(name)
      if let finding = settings.diagnostic("secrets", error.message, hints: error.hints) { collector.add(finding) }
    }
  }

  /// The refusal of a secret whose value is nowhere.
  static func notSet(_ name: String) -> ConfigurationError {
    ConfigurationError(
      "the secret '\(name)' is not set in your environment",
      hints: ["set it: `export \(name)=…`", "or read it from a file: `--env-file FILE`"])
  }

  private mutating func declared(_ name: String) {
    if plain[name] != nil,
      let finding = settings.diagnostic("secrets", "'\(name)' stands under 'env' as well", hints: ["remove it from one of the two"])
    {
      collector.add(finding)
      return
    }
    if let value = context.environment[name] { take(name, Secret(value)) }
  }

  private mutating func take(_ name: String, _ value: Secret) {
    secrets[name] = value
    plain[name] = nil
  }

  /// The variables of a file of secrets.
  private func read(_ file: String, at node: Node?) throws -> [(name: String, value: String)] {
    let loader = DocumentLoader(context: context)
    let path = loader.absolute(file)
    if let node, context.files.kind(path) == nil {
      throw node.diagnostic("no file '\(file)'", hints: ["make it, with one `NAME=value` a line, or remove the key"])
    }
    return try EnvFile.parse(try loader.read(path, what: "a file of variables"), name: loader.display(path))
  }
}
