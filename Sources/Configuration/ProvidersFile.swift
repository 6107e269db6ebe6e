import Basics
import Documents
import ProviderKit
import TrainingModel

/// One providers.toml: which entries it has and which it names as default. Its settings are checked when the files are put together.
struct ProvidersFile {
  /// An entry as written.
  struct Entry {
    var id: String
    var module: String
    var moduleNode: Node
    var mapping: Mapping
    var node: Node
    /// What is known of a program that the entry names.
    var descriptor: ProviderDescriptor?
  }

  var entries: [Entry] = []
  var storages: [StorageSettings] = []
  var defaultNode: Node?

  /// Reads the file's shape; what is wrong goes to the collector.
  ///
  /// - Parameter plugin: what is known of the program that an entry's `command` names; runs nothing.
  static func read(
    _ node: Node, descriptors: [ProviderDescriptor], storages: [StorageDescription], collector: DiagnosticCollector,
    plugin: (_ command: [String]) throws -> ProviderDescriptor
  ) -> ProvidersFile {
    var file = ProvidersFile()
    guard var reader = MappingReader(node, name: "providers.toml", collector: collector) else { return file }
    file.defaultNode = reader.node("default")
    if let tables = reader.reader("storage") {
      file.storages = tables.mapping.entries.compactMap { StorageTable.read($0, storages: storages, collector: collector) }
    }
    if let providers = reader.reader("providers") {
      file.entries = providers.mapping.entries.compactMap { entry($0, descriptors: descriptors, collector: collector, plugin: plugin) }
    }
    reader.finish()
    return file
  }

  /// An entry whose provider is another program.
  private static func program(
    _ command: Mapping.Entry, of entry: Mapping.Entry, _ mapping: Mapping, modules: [String], collector: DiagnosticCollector,
    plugin: ([String]) throws -> ProviderDescriptor
  ) -> Entry? {
    let path = "providers.\(entry.key)"
    guard let words = collector.attempt({ () throws(SourceDiagnostic) in try command.value.texts("\(path).command") }) else { return nil }
    if mapping.entry("module") != nil {
      collector.add(
        command.diagnostic("'\(path)' has both 'module' and 'command'", hints: ["remove 'module': the program says what it is"]))
      return nil
    }
    do {
      let descriptor = try plugin(words)
      guard !modules.contains(descriptor.module) else {
        collector.add(
          command.diagnostic(
            "the program of '\(path)' calls itself '\(descriptor.module)', which is a module of runpilot",
            hints: ["give its manifest another `name`"]))
        return nil
      }
      return Entry(
        id: entry.key, module: descriptor.module, moduleNode: command.value, mapping: mapping, node: entry.value, descriptor: descriptor)
    } catch {
      let hinted = error as? any Hinted
      collector.add(command.diagnostic(hinted?.message ?? "\(error)", hints: hinted?.hints ?? []))
      return nil
    }
  }

  private static func entry(
    _ entry: Mapping.Entry, descriptors: [ProviderDescriptor], collector: DiagnosticCollector,
    plugin: ([String]) throws -> ProviderDescriptor
  ) -> Entry? {
    let path = "providers.\(entry.key)"
    guard var reader = MappingReader(entry.value, path: path, collector: collector) else { return nil }
    if reader.node("command") != nil, let command = reader.mapping.entry("command") {
      return program(
        command, of: entry, reader.mapping, modules: descriptors.map(\.module), collector: collector, plugin: plugin)
    }
    let modules = descriptors.map(\.module)
    guard let node = reader.node("module") else {
      // An entry named like a module is that module.
      if modules.contains(entry.key) {
        return Entry(id: entry.key, module: entry.key, moduleNode: entry.value, mapping: reader.mapping, node: entry.value)
      }
      collector.add(
        entry.diagnostic("'\(path)' needs a 'module'", hints: ["modules: \(modules.joined(separator: ", "))"]))
      return nil
    }
    guard let module = collector.attempt({ () throws(SourceDiagnostic) in try node.text("\(path).module") }) else { return nil }
    guard modules.contains(module) else {
      let hint =
        Suggestion.nearest(to: module, among: modules).map { "did you mean '\($0)'?" } ?? "modules: \(modules.joined(separator: ", "))"
      collector.add(node.diagnostic("no module '\(module)'", hints: [hint]))
      return nil
    }
    return Entry(id: entry.key, module: module, moduleNode: node, mapping: reader.mapping, node: entry.value)
  }
}
