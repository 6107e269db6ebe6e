import Basics
import Documents
import FoundationEssentials
import TrainingModel
import YAML

/// What `config set` did.
public struct SettingEdit: Sendable, Equatable {
  /// The key.
  public var name: String
  /// The value before; nil when it was not set there.
  public var previous: String?
  /// The value now.
  public var value: String
  /// The file that was written.
  public var file: String
}

extension Configurator {
  /// Writes one setting into the user's settings, or below `defaults:` of the project file. Comments and all other keys stay as they are.
  public func set(_ key: String, to value: String, inProject: Bool) throws -> SettingEdit {
    let keys = UserFile.keys.map(\.key)
    guard keys.contains(key) else {
      let hint = Suggestion.nearest(to: key, among: keys).map { "did you mean '\($0)'?" } ?? "settings: \(keys.joined(separator: ", "))"
      throw ConfigurationError("no setting '\(key)'", hints: [hint], exitCode: .usage)
    }
    if inProject, key == "owner" { throw ConfigurationError("'owner' is yours, not a project's", exitCode: .usage) }
    let path = inProject ? try projectPath() : context.userFile
    let before = try source(path)
    let node = try YAML.parse(before)
    if inProject, !node.isNull, !ProjectFile.isProjectFile(node) {
      throw ConfigurationError(
        "\(before.name) is a run file, not a project file",
        hints: ["put its keys under `runs:` and a name", "or change your own settings: leave out --project"])
    }
    let name = inProject && key == "default" ? "provider" : key
    let section = inProject ? "defaults" : nil
    var editor = try LineEditor(before, node)
    let text = try editor.set(name, below: section, to: Self.node(key, value))
    let after = try YAML.parse(SourceText(name: before.name, text: text))
    try check(after, section: section, key: name, value: value)
    if !inProject { try Files.createFolder(context.home, mode: 0o700) }
    try Files.writeAtomically(Data(text.utf8), to: path)
    return SettingEdit(
      name: key, previous: Self.value(name, section, in: node), value: value, file: DocumentLoader(context: context).display(path))
  }

  private func projectPath() throws -> String {
    let folder = try Project.find(context, collector: DiagnosticCollector()).folder ?? context.workingFolder
    return folder + "/" + Project.fileName
  }

  private func source(_ path: String) throws -> SourceText {
    let loader = DocumentLoader(context: context)
    guard context.files.kind(path) != nil else { return SourceText(name: loader.display(path), text: "") }
    return try SourceText.decoding(try loader.read(path, what: "settings"), name: loader.display(path), limit: DocumentLoader.limit)
  }

  /// Lists are typed with commas.
  private static func node(_ key: String, _ value: String) -> Node {
    key == "fallback" ? .sequence(value.split(separator: ",").map { .string($0.trimmed()) }) : .string(value)
  }

  private static func value(_ key: String, _ section: String?, in node: Node) -> String? {
    guard case .mapping(let root) = node.value else { return nil }
    guard let section else { return root[key]?.json.plainText }
    guard case .mapping(let inner)? = root[section]?.value else { return nil }
    return inner[key]?.json.plainText
  }

  /// Nothing is written that would not be read: the new file is checked whole before it takes the old one's place.
  private func check(_ node: Node, section: String?, key: String, value: String) throws {
    let collector = DiagnosticCollector()
    if section == nil {
      let file = UserFile.read(node, collector: collector)
      _ = try catalog(project: Project(), user: file, collector: collector)
    } else {
      let file = ProjectFile.read(node, path: context.workingFolder, collector: collector)
      let defaults = RunFileReader.read(Node(.mapping(file.defaults), at: .start, in: node.source), path: "defaults", collector: collector)
      if key == "provider", let provider = defaults.provider, try providers().entry(ProviderID(provider)) == nil {
        throw ConfigurationError("no provider '\(provider)'", hints: ["see which there are: `runpilot providers list`"])
      }
    }
    try collector.finish()
    guard Self.value(key, section, in: node) == Self.node(key, value).json.plainText else {
      throw ConfigurationError("the file cannot be changed from outside without harm", hints: ["change '\(key)' in it by hand"])
    }
  }
}
