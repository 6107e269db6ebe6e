public import Basics
import Documents
import ProviderKit
import TrainingModel

/// Answers everything there is to ask about configuration: files, environment and flags, laid over each other.
///
/// Each question reads the files anew. Errors are `ExitCoded`: findings with place and line, or a `ConfigurationError`.
public struct Configurator: Sendable {
  /// What it depends on.
  public let context: ConfigurationContext

  /// A configurator over `context`.
  public init(_ context: ConfigurationContext) { self.context = context }

  /// What is read for nearly every question.
  struct World {
    var project: Project
    var user: UserFile
    var catalog: ProviderCatalog
  }

  /// Turns what was typed after `run` into what is meant.
  ///
  /// From strong to weak: flags, `RUNPILOT_*`, the run file, the project file, the project's providers.toml, the user's settings, the user's
  /// providers.toml, defaults.
  /// - Throws: every finding of the files at once, or the first thing that makes going on senseless.
  public func resolve(_ target: String, _ overrides: RunOverrides = RunOverrides()) throws -> Resolution {
    let collector = DiagnosticCollector()
    let world = try world(collector)
    try collector.finish()
    let found = try RunTarget.find(target, project: world.project, context: context)
    let settings = settings(of: found, world: world, overrides: overrides, collector: collector)
    var builder = SpecBuilder(settings: settings, context: context, catalog: world.catalog, collector: collector, target: found.name)
    let spec = try builder.build(overrides)
    var secrets = SecretResolver(settings: settings, overrides: overrides, context: context, collector: collector)
    if collector.found.isEmpty { try secrets.resolve() }
    try collector.finish()
    guard var spec else { throw ConfigurationError("\(found.name) describes no run") }
    spec.environment = secrets.plain
    spec.secretNames = secrets.secrets.keys.sorted()
    var origins = Self.origins(settings.mapping)
    origins["provider"] = origins["provider"] ?? world.catalog.defaultOrigin ?? .builtIn("default")
    return Resolution(spec: spec, sweep: builder.settings.sweep, secrets: secrets.secrets, notes: builder.notes, origins: origins)
  }

  /// Every provider that is configured.
  public func providers() throws -> ProviderCatalog {
    let collector = DiagnosticCollector()
    let catalog = try world(collector).catalog
    try collector.finish()
    return catalog
  }

  /// Values for the secrets that a recorded run names: from the file when it has them, else from the environment.
  public func secrets(named names: [String], environmentFile: String?) throws -> [String: Secret] {
    var values = context.environment
    if let environmentFile {
      let loader = DocumentLoader(context: context)
      let path = loader.absolute(environmentFile)
      for (name, value) in try EnvFile.parse(try loader.read(path, what: "a file of variables"), name: loader.display(path)) {
        values[name] = value
      }
    }
    var secrets: [String: Secret] = [:]
    for name in names {
      guard let value = values[name] else { throw SecretResolver.notSet(name) }
      secrets[name] = Secret(value)
    }
    return secrets
  }

  /// The project, the user's settings and the providers.
  func world(_ collector: DiagnosticCollector) throws -> World {
    let project = try Project.find(context, collector: collector)
    let user = try UserFile.read(context, collector: collector)
    let catalog = try catalog(project: project, user: user, collector: collector)
    return World(project: project, user: user, catalog: catalog)
  }

  /// All layers of a run laid over each other, each value checked.
  func settings(of target: RunTarget, world: World, overrides: RunOverrides, collector: DiagnosticCollector) -> RunSettings {
    var mapping = world.user.runKeys
    for layer in [world.project.file?.defaults ?? Mapping(), target.mapping, EnvironmentLayer.layer(context.environment), overrides.layer] {
      mapping = Layers.merge(mapping, under: layer)
    }
    let source = target.mapping.entries.first?.value.source ?? .none
    return RunFileReader.read(Node(.mapping(mapping), at: .start, in: source), collector: collector)
  }

  private static func origins(_ mapping: Mapping, path: String = "") -> [String: Origin] {
    var origins: [String: Origin] = [:]
    for entry in mapping.entries where !entry.value.isNull {
      let name = path.isEmpty ? entry.key : "\(path).\(entry.key)"
      if case .mapping(let inner) = entry.value.value {
        origins.merge(Self.origins(inner, path: name)) { own, _ in own }
      } else {
        origins[name] = Origin(of: entry.value)
      }
    }
    return origins
  }
}
