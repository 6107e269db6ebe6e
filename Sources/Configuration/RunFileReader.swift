import Basics
import Documents
import TrainingModel

/// Reads the keys of a run file, of a project's `defaults:`, or of all layers laid over each other.
struct RunFileReader {
  private var reader: MappingReader
  private let collector: DiagnosticCollector
  private var settings = RunSettings()
  /// Whether the file says `max_duration: off`.
  private var noLimit: Bool { settings.maxDurationSeconds == nil && reader.mapping["max_duration"]?.isNull == false }

  /// The settings of a mapping; what is wrong goes to the collector.
  /// - Parameter alsoKnown: keys read elsewhere, such as `extends`.
  static func read(_ node: Node, path: String = "", alsoKnown: [String] = ["extends"], collector: DiagnosticCollector) -> RunSettings {
    guard let reader = MappingReader(node, path: path, name: "a run file", collector: collector) else { return RunSettings() }
    var file = RunFileReader(reader: reader, collector: collector)
    file.settings.mapping = reader.mapping
    file.identity()
    file.command()
    file.variables()
    file.machine()
    file.course()
    file.settings.rental = RentalReader.read(&file.reader, collector: collector)
    file.settings.rental.allowsNoLimit = file.noLimit
    file.notYet()
    file.reader.finish(alsoKnown: alsoKnown + ["provider_options"])
    return file.settings
  }

  private init(reader: MappingReader, collector: DiagnosticCollector) {
    self.reader = reader
    self.collector = collector
  }

  private mutating func identity() {
    settings.name = reader.read("name", Values.line)
    settings.project = reader.read("project", Values.line)
    settings.image = reader.read("image", Values.word)
    settings.tags = reader.read("tags", Values.lines) ?? []
    settings.metrics = reader.read("metrics", Values.lines) ?? []
    settings.user = reader.read("user", Values.word)
    settings.network = reader.read("network", Values.word)
    settings.projectFolder = reader.read("project_folder", Values.line)
  }

  private mutating func command() {
    let shell = reader.bool("shell") ?? false
    settings.entrypoint = reader.read("entrypoint") { (node, what) throws(SourceDiagnostic) in
      try CommandText.words(of: node, what: what, shell: shell)
    }
    settings.setup = (reader.read("setup", Values.scripts) ?? []).map(CommandText.shellParameters)
    settings.workdir = reader.read("workdir", Values.line)
    settings.outputs = reader.read("outputs") { (node, what) throws(SourceDiagnostic) in try Self.globs(node, what) } ?? []
  }

  private mutating func variables() {
    settings.environment = reader.read("env") { (node, what) throws(SourceDiagnostic) in try Self.environment(node, what) } ?? [:]
    settings.environmentFile = reader.read("env_file", Values.line)
    settings.secretNames = reader.read("secrets") { (node, what) throws(SourceDiagnostic) in try Self.names(node, what) } ?? []
    settings.params = reader.read("params") { (node, what) throws(SourceDiagnostic) in try Self.params(node, what) } ?? [:]
    sweep()
    settings.seed = reader.read("seed") { (node, what) throws(SourceDiagnostic) in
      guard let seed = UInt32(exactly: try node.int(what)) else { throw node.unexpected(what, "a whole number from 0 to 4294967295") }
      return seed
    }
  }

  /// `matrix:` and how many of its runs go on at once. Its first combination stands for all where parameters are checked.
  private mutating func sweep() {
    let parallel = reader.read("max_parallel") { (node, what) throws(SourceDiagnostic) in
      let number = try node.int(what)
      guard (1...1_000).contains(number) else { throw node.diagnostic("'max_parallel' must be between 1 and 1000, not \(number)") }
      return Int(number)
    }
    let params = settings.params
    let axes = reader.read("matrix") { (node, what) throws(SourceDiagnostic) in try Self.axes(node, what, params) }
    guard let axes, !axes.isEmpty else { return }
    let sweep = Sweep(axes: axes, maxParallel: parallel ?? 1)
    if sweep.count == nil, let node = reader.mapping["matrix"] {
      collector.add(node.diagnostic("'matrix' comes to more than \(Sweep.most) runs", hints: ["leave some values out"]))
      return
    }
    settings.sweep = sweep
    settings.params.merge(sweep.combinations[0]) { $1 }
  }

  private static func axes(_ node: Node, _ what: String, _ params: [String: JSONValue]) throws(SourceDiagnostic) -> [Sweep.Axis] {
    var axes: [Sweep.Axis] = []
    for entry in try node.mapping(what).entries where !entry.value.isNull {
      guard params[entry.key] == nil else {
        throw entry.diagnostic("'\(entry.key)' stands under 'params', too", hints: ["keep it in one of the two"])
      }
      guard case .sequence(let items) = entry.value.value, !items.isEmpty else {
        throw entry.diagnostic("'\(entry.key)' needs a list of values", hints: ["write `\(entry.key): [0.1, 0.01]`"])
      }
      var values: [JSONValue] = []
      for item in items {
        let value = try Values.parameter(item, "\(what).\(entry.key)")
        guard !values.contains(value) else { throw item.diagnostic("this value of '\(entry.key)' is there twice") }
        values.append(value)
      }
      axes.append(Sweep.Axis(entry.key, values))
    }
    return axes
  }

  private mutating func course() {
    settings.provider = reader.read("provider", Values.word)
    settings.providers = reader.read("providers", Values.lines) ?? []
    settings.cheapest = reader.bool("cheapest") ?? false
    settings.fallback = reader.read("fallback") { (node, what) throws(SourceDiagnostic) in try Self.fallback(node, what) } ?? []
    settings.maxDurationSeconds =
      reader.read("max_duration") { (node, what) throws(SourceDiagnostic) in try Values.seconds(node, what, allowsOff: true) } ?? nil
    settings.stopGraceSeconds = reader.read("stop_grace") { (node, what) throws(SourceDiagnostic) in try Values.seconds(node, what) } ?? nil
  }

  private mutating func machine() {
    settings.resources = ResourceReader.read(&reader, collector: collector)
    settings.mounts = MountReader.read(&reader, collector: collector)
  }

  /// Keys whose feature comes later: silence would be a promise.
  private mutating func notYet() {
    for (key, harmless) in FutureKeys.all {
      guard let node = reader.node(key), node.scalarText.map({ harmless.contains($0) }) != true else { continue }
      collector.add(
        node.diagnostic(
          "'\(key)' is not available yet", hints: ["remove '\(key)'" + (harmless.first.map { " or write `\(key): \($0)`" } ?? "")]))
    }
  }

  private static func environment(_ node: Node, _ what: String) throws(SourceDiagnostic) -> [String: String] {
    if case .sequence(let items) = node.value {
      let pair = items.first?.scalarText?.split(separator: "=", maxSplits: 1).map(String.init) ?? []
      let line = pair.count == 2 ? ["write each on a line of its own: `\(pair[0]): \(pair[1])`"] : []
      throw node.unexpected(what, "keys and values", hints: line)
    }
    var variables: [String: String] = [:]
    for entry in try node.mapping(what).entries {
      guard Values.isVariableName(entry.key) else {
        throw entry.diagnostic("'\(entry.key)' is no name of a variable", hints: ["names hold letters, digits and '_', no digit first"])
      }
      guard !entry.key.hasPrefix("RUNPILOT_") else { throw entry.diagnostic("names that begin with RUNPILOT_ are set by runpilot itself") }
      if case .null(let text) = entry.value.value {
        guard text.isEmpty else { continue }
        throw entry.diagnostic(
          "'\(entry.key)' has no value", hints: ["write `\(entry.key): \"\"` for an empty one, or `secrets: [\(entry.key)]` to take yours"])
      }
      let value = try entry.value.text("\(what).\(entry.key)")
      guard !value.utf8.contains(0) else { throw entry.diagnostic("a variable cannot hold a zero byte") }
      variables[entry.key] = value
    }
    return variables
  }

  private static func names(_ node: Node, _ what: String) throws(SourceDiagnostic) -> [String] {
    if case .mapping = node.value {
      throw node.unexpected(what, "a list of names", hints: ["values are taken from your environment: `secrets: [NAME]`"])
    }
    let names = try Values.lines(node, what)
    for name in names where !Values.isVariableName(name) || name.hasPrefix("RUNPILOT_") {
      throw node.diagnostic(
        "'\(name.prefix { $0 != "=" })' is no name of a secret", hints: ["only the name stands here: `secrets: [NAME]`"])
    }
    return names
  }

  private static func params(_ node: Node, _ what: String) throws(SourceDiagnostic) -> [String: JSONValue] {
    var params: [String: JSONValue] = [:]
    var variables: [String: String] = [:]
    for entry in try node.mapping(what).entries where !entry.value.isNull {
      guard !entry.key.isEmpty, !entry.key.contains("}") else { throw entry.diagnostic("'\(entry.key)' cannot be the name of a parameter") }
      let variable = AgentJob.variableName(entry.key)
      if let other = variables.updateValue(entry.key, forKey: variable) {
        throw entry.diagnostic("'\(other)' and '\(entry.key)' would both be RUNPILOT_PARAM_\(variable)", hints: ["rename one of the two"])
      }
      params[entry.key] = try Values.parameter(entry.value, "\(what).\(entry.key)")
    }
    return params
  }

  private static func fallback(_ node: Node, _ what: String) throws(SourceDiagnostic) -> [String] {
    let places = try Values.lines(node, what)
    for place in places where !["local", RunSpec.onDemandFallback].contains(place) {
      throw node.diagnostic(
        "'\(place)' is no fallback", hints: ["write `fallback: [local]`, or `fallback: [on-demand]` for a spot machine"])
    }
    return places
  }

  private static func globs(_ node: Node, _ what: String) throws(SourceDiagnostic) -> [String] {
    let globs = try Values.lines(node, what)
    for glob in globs where glob.hasPrefix("/") || glob.hasPrefix("~") || glob.split(separator: "/").contains("..") {
      throw node.diagnostic("'\(glob)' leads out of the working directory", hints: ["write it relative to the job's working directory"])
    }
    return globs
  }
}
