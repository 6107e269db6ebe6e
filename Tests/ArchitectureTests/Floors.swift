/// The floors of the house, lowest first, and the rows of each: docs/architecture.md says what each module is for.
///
/// An arrow of imports goes down; within a floor it goes up the table, to a row above.
enum Floors {
  /// Modules of C libraries, and what Swift cannot import.
  static let cLibraries = ["COpenSSL", "CSQLite", "CYAML", "CZlib", "CDeflate", "CExpat", "CArchive", "CCurl", "CSupport"]
  /// What could be used in any other program.
  static let tools = [
    "Basics", "Documents", "Retrying", "Subprocessing", "HTTPTransport", "HTTPDirect", "HTTPClient", "Cryptography", "YAML", "TOML",
    "XML", "SQLite", "Archiving", "Ignoring", "Unpacking",
    "CommandLineKit", "TerminalUI",
  ]
  /// The words of the domain.
  static let language = ["TrainingModel", "SafeCleanup", "ProviderKit", "PluginProtocol", "ControlAPI"]
  /// What does the work.
  static let engine = [
    "Configuration", "RunStore", "ResourceTracking", "CostReporting", "Bundling", "RunFollowing", "RunAgent", "PluginHost", "PluginServing",
    "PluginConformance",
    "Orchestration",
  ]
  /// What people and programs touch.
  static let surfaces = ["RunPilotCLI"]
  /// Programs: the only code that knows every room.
  static let roots = ["runpilot", "runpilot-agent"]

  /// What several providers share.
  static let grounds = ["DockerSupport", "AWSSupport", "RunPodSupport", "FolderStorage"]
  /// Providers; none knows another.
  static let providers = [
    "S3Storage", "LocalProvider", "DockerProvider", "NvidiaDockerProvider", "EC2Provider", "RunPodProvider", "LyceumProvider",
    "SlurmProvider",
  ]
  /// The one list of what ships in the box.
  static let box = "BuiltinProviders"
  /// What of the engine the plugins may see: an executor is plugged into the agent.
  static let engineForPlugins = ["RunAgent"]

  /// Everything under Sources.
  static let house = [cLibraries, tools, language, engine, surfaces, roots]
  /// Everything under Plugins.
  static let plugins = grounds + providers + [box]

  /// Why `module` may not import `other`; nil when it may.
  static func objection(to other: String, in module: String) -> String? {
    if module == "SafeCleanup", other != "TrainingModel" {
      return "SafeCleanup decides what may be destroyed and imports TrainingModel only, not \(other)"
    }
    if plugins.contains(module) { return pluginObjection(to: other, in: module) }
    guard let (floor, row) = place(of: module) else { return "\(module) stands on no floor: give it a place in Floors.swift" }
    if plugins.contains(other) { return roots.contains(module) ? nil : "\(module) imports \(other): only the roots know plugins" }
    guard let (otherFloor, otherRow) = place(of: other) else { return "\(other) stands on no floor: give it a place in Floors.swift" }
    if otherFloor > floor { return "\(module) on floor \(floor) imports \(other) on floor \(otherFloor): arrows go down" }
    if otherFloor == floor, otherRow >= row { return "\(module) imports \(other), which stands below it on floor \(floor)" }
    return nil
  }

  private static func pluginObjection(to other: String, in module: String) -> String? {
    if (cLibraries + tools + language + engineForPlugins).contains(other) { return nil }
    if module == box { return providers.contains(other) ? nil : "\(module) imports \(other): it lists providers and nothing else" }
    if providers.contains(other) { return "\(module) imports \(other): a provider never imports a provider" }
    if providers.contains(module), grounds.contains(other) { return nil }
    return "\(module) imports \(other): plugins stand on the tools, the language and the executors of RunAgent"
  }

  private static func place(of module: String) -> (floor: Int, row: Int)? {
    for (floor, rows) in house.enumerated() {
      if let row = rows.firstIndex(of: module) { return (floor, row) }
    }
    return nil
  }
}
