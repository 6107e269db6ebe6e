import Basics
import Documents

/// What was typed after `run`: a run file, a script, or an alias of the project file.
struct RunTarget {
  /// Its keys.
  var mapping: Mapping
  /// Where its whole is spoken of.
  var name: String

  /// Finds what `typed` means. A file of that name wins over an alias.
  static func find(_ typed: String, project: Project, context: ConfigurationContext) throws -> RunTarget {
    let loader = DocumentLoader(context: context)
    let path = loader.absolute(typed)
    switch context.files.kind(path) {
    case .folder where project.alias(typed) == nil: _ = try loader.read(path, what: "a run file or script")
    case .file, .executable:
      if let file = try ofFile(path, typed: typed, context: context) { return file }
    default: break
    }
    guard let file = project.file, let run = project.alias(typed) else {
      throw missing(typed, path: path, project: project, context: context)
    }
    var mapping = Layers.layer([("name", Node(.string(run.key, quoted: true), at: run.keyPosition, in: run.value.source))])
    mapping = Layers.merge(mapping, under: try RunFile(context).run(run, of: file))
    return RunTarget(mapping: mapping, name: "\(loader.display(file.path)), run '\(run.key)'")
  }

  private static func ofFile(_ path: String, typed: String, context: ConfigurationContext) throws -> RunTarget? {
    if path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
      return RunTarget(mapping: try RunFile(context).load(path), name: DocumentLoader(context: context).display(path))
    }
    if path.hasSuffix(".py") { return script(path, typed: typed, command: python(context), context: context) }
    if context.files.kind(path) == .executable { return script(path, typed: typed, command: [], context: context) }
    throw ConfigurationError(
      "\(typed) is neither a run file (.yaml, .yml), a Python script (.py) nor executable",
      hints: ["make it executable: `chmod +x '\(typed)'`"])
  }

  /// A script needs no run file: its name is the run's.
  private static func script(_ path: String, typed: String, command: [String], context: ConfigurationContext) -> RunTarget {
    let file = Paths.name(of: path)
    let name = file.lastIndex(of: ".").map { $0 == file.startIndex ? file : String(file[..<$0]) } ?? file
    // A bare name would be looked up in PATH.
    let program = command.isEmpty && !typed.contains("/") ? "./" + typed : typed
    let words = command + [program]
    let source = SourceText(name: typed, text: "", kind: .flag)
    func text(_ text: String) -> Node { Node(.string(text, quoted: true), at: .start, in: source) }
    let mapping = Layers.layer([
      ("name", text(name)), ("entrypoint", Node(.sequence(words.map(text)), at: .start, in: source)),
    ])
    return RunTarget(mapping: mapping, name: typed)
  }

  /// uv reads a script's own dependencies (PEP 723) and the project's environment; without it, plain Python.
  private static func python(_ context: ConfigurationContext) -> [String] {
    let folders = (context.environment["PATH"] ?? "").split(separator: ":")
    let hasUV = folders.contains { context.files.kind($0 + "/uv") == .executable }
    return hasUV ? ["uv", "run"] : ["python3", "-u"]
  }

  private static func missing(_ typed: String, path: String, project: Project, context: ConfigurationContext) -> ConfigurationError {
    let aliases = project.file?.runs.map(\.key) ?? []
    let files = context.files.names(Paths.parent(of: path)).filter { [".yaml", ".yml", ".py"].contains(where: $0.hasSuffix) }
    let folder = typed.lastIndex(of: "/").map { String(typed[...$0]) } ?? ""
    var hints = [
      Suggestion.nearest(to: typed, among: aliases),
      Suggestion.nearest(to: Paths.name(of: path), among: files.sorted()).map { folder + $0 },
    ]
    .compactMap(\.self).map { "did you mean '\($0)'?" }
    if !aliases.isEmpty { hints.append("runs of this project: \(aliases.joined(separator: ", "))") }
    if hints.isEmpty { hints.append("write an example: `runpilot init`") }
    let place = project.file.map { " and no run of \(DocumentLoader(context: context).display($0.path))" } ?? ""
    return ConfigurationError("no file '\(typed)'\(place)", hints: hints, exitCode: .notFound)
  }
}

extension Project {
  /// The run of the project file with that alias.
  func alias(_ name: String) -> Mapping.Entry? { file?.runs.first { $0.key == name } }
}
