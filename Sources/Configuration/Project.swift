import Basics
import Documents

/// The project around the caller's folder: the nearest folder upwards with `.git` or `runpilot.yaml`.
struct Project {
  /// The folder; nil outside of any project.
  var folder: String?
  /// Its `runpilot.yaml`, when it is a project file rather than a run file.
  var file: ProjectFile?
  /// Its `providers.toml`, when there is one.
  var providersFile: String?

  /// The name of project files and of the run file that `init` writes.
  static let fileName = "runpilot.yaml"

  /// Finds the project and reads its file's shape.
  static func find(_ context: ConfigurationContext, collector: DiagnosticCollector) throws -> Project {
    var project = Project()
    var folder = context.workingFolder
    while project.folder == nil {
      if context.files.kind(folder + "/.git") != nil || context.files.kind(join(folder, fileName)) != nil { project.folder = folder }
      let parent = Paths.parent(of: folder)
      if parent == folder { break }
      folder = parent
    }
    guard let root = project.folder else { return project }
    project.file = try ProjectFile.read(join(root, fileName), context: context, collector: collector)
    let providers = join(root, "providers.toml")
    if context.files.kind(providers) == .file || context.files.kind(providers) == .executable {
      try refuseForeign(providers, context)
      project.providersFile = providers
    }
    return project
  }

  /// Refuses a file nobody named that a stranger may have put there.
  static func refuseForeign(_ path: String, _ context: ConfigurationContext) throws(ConfigurationError) {
    guard context.files.isForeign(path) else { return }
    throw ConfigurationError(
      "\(path) belongs to another user and stands in a folder that everybody may write to",
      hints: ["work in a folder of your own", "or take it over: `chown \"$USER\" '\(path)'`"], exitCode: .notAllowed)
  }

  private static func join(_ folder: String, _ name: String) -> String { folder == "/" ? "/" + name : folder + "/" + name }
}

/// A `runpilot.yaml` with `runs:` or `defaults:`.
struct ProjectFile {
  /// Its absolute path.
  var path: String
  /// The runs by alias, in the order of the file.
  var runs: [Mapping.Entry] = []
  /// What holds for every run of the project.
  var defaults = Mapping()

  /// Whether a document is a project file: it has `runs:` or `defaults:`.
  static func isProjectFile(_ node: Node) -> Bool {
    guard case .mapping(let mapping) = node.value else { return false }
    return mapping.entry("runs") != nil || mapping.entry("defaults") != nil
  }

  /// The project file at `path`; nil when there is none, or when it is a run file.
  static func read(_ path: String, context: ConfigurationContext, collector: DiagnosticCollector) throws -> ProjectFile? {
    guard let kind = context.files.kind(path), kind != .folder else { return nil }
    let node = try DocumentLoader(context: context).load(path, what: "a project file")
    guard isProjectFile(node) else { return nil }
    try Project.refuseForeign(path, context)
    return read(node, path: path, collector: collector)
  }

  /// The shape of a project file; what is wrong goes to the collector.
  static func read(_ node: Node, path: String, collector: DiagnosticCollector) -> ProjectFile {
    var file = ProjectFile(path: path)
    guard var reader = MappingReader(node, name: "a project file", collector: collector) else { return file }
    file.runs = reader.reader("runs")?.mapping.entries ?? []
    file.defaults = reader.reader("defaults")?.mapping ?? Mapping()
    for entry in reader.mapping.entries where entry.key == "name" || entry.key == "entrypoint" || entry.key == "image" {
      _ = reader.node(entry.key)
      collector.add(
        entry.diagnostic(
          "a project file holds runs, not a run of its own", hints: ["put '\(entry.key)' under `runs:` and a name, or under `defaults:`"]))
    }
    reader.finish()
    return file
  }
}
