import Basics
import Documents
import ProviderKit
public import TrainingModel

/// One setting in force.
public struct Setting: Sendable, Equatable {
  /// Its key.
  public var name: String
  /// Its value in plain text; `***` for what may be a credential.
  public var value: String
  /// Where it came from.
  public var origin: Origin
}

extension Configurator {
  /// Every setting in force outside of run files, in the order of its name.
  public func settings() throws -> [Setting] {
    let collector = DiagnosticCollector()
    let world = try world(collector)
    try collector.finish()
    var mapping = Layers.merge(world.user.mapping.removing("default"), under: world.project.file?.defaults ?? Mapping())
    mapping = Layers.merge(mapping, under: EnvironmentLayer.layer(context.environment))
    var settings = Self.lines(mapping, path: "")
    let home: Origin = context.environment["RUNPILOT_HOME"]?.isEmpty == false ? .variable("RUNPILOT_HOME") : .builtIn("default")
    settings.append(Setting(name: "home", value: context.home, origin: home))
    if let folder = world.project.folder {
      settings.append(Setting(name: "project_root", value: folder, origin: .builtIn("found upwards")))
    }
    if let file = context.providersFile {
      settings.append(Setting(name: "providers_file", value: file, origin: context.providersFileOrigin))
    }
    settings += Self.providerLines(world.catalog)
    if mapping["stop_grace"] == nil { settings.append(Setting(name: "stop_grace", value: "30s", origin: .builtIn("default"))) }
    return settings.sorted { $0.name < $1.name }
  }

  /// Who the user says they are: `owner` of their own settings. A project's file has no say in it.
  public func owner() throws -> String? {
    let collector = DiagnosticCollector()
    let owner = try UserFile.read(context, collector: collector).owner
    try collector.finish()
    return owner
  }

  /// From which amounts on reports warn: `warn_above` of the user's own settings.
  public func thresholds() throws -> CostThresholds {
    let collector = DiagnosticCollector()
    let thresholds = try UserFile.read(context, collector: collector).thresholds
    try collector.finish()
    return thresholds
  }

  private static func providerLines(_ catalog: ProviderCatalog) -> [Setting] {
    let byKind = RunKind.allCases.compactMap { catalog.entry(defaultFor: $0)?.settings.id.rawValue }
    let chosen = Setting(
      name: "default", value: catalog.defaultID?.rawValue ?? "by kind of run: \(byKind.joined(separator: ", "))",
      origin: catalog.defaultOrigin ?? .builtIn("default"))
    return catalog.entries.reduce(into: [chosen]) { lines, entry in
      let path = "providers.\(entry.settings.id)"
      lines.append(Setting(name: "\(path).module", value: entry.settings.module, origin: entry.origin))
      for (key, value) in entry.settings.values {
        lines.append(
          Setting(name: "\(path).\(key)", value: shown(value.plainText, key: key), origin: entry.settingOrigins[key] ?? entry.origin))
      }
    }
  }

  private static func lines(_ mapping: Mapping, path: String) -> [Setting] {
    mapping.entries.flatMap { entry -> [Setting] in
      let name = path.isEmpty ? entry.key : "\(path).\(entry.key)"
      if entry.value.isNull { return [] }
      if case .mapping(let inner) = entry.value.value { return lines(inner, path: name) }
      let text = entry.value.scalarText ?? entry.value.json.plainText
      return [Setting(name: name, value: shown(text, key: entry.key), origin: Origin(of: entry.value))]
    }
  }

  /// A value, unless its key sounds like a credential's.
  static func shown(_ value: String, key: String) -> String {
    let lower = key.lowercased()
    return ["key", "token", "secret", "password", "credential"].contains(where: lower.contains) ? "***" : value
  }
}
