import Basics
import Documents
import ProviderKit

/// Reads one `[storage.NAME]` table.
enum StorageTable {
  static func read(_ entry: Mapping.Entry, storages: [StorageDescription], collector: DiagnosticCollector) -> StorageSettings? {
    let path = "storage.\(entry.key)"
    guard var reader = MappingReader(entry.value, path: path, collector: collector) else { return nil }
    let node = reader.node("module")
    guard
      let module = node.map({ node in collector.attempt { () throws(SourceDiagnostic) in try node.text("\(path).module") } }) ?? entry.key
    else { return nil }
    guard let storage = storages.first(where: { $0.module == module }) else {
      let known = storages.map(\.module)
      let hint = Suggestion.nearest(to: module, among: known).map { "did you mean '\($0)'?" } ?? "modules: \(known.joined(separator: ", "))"
      collector.add(
        node?.diagnostic("no storage module '\(module)'", hints: [hint]) ?? entry.diagnostic("'\(path)' needs a 'module'", hints: [hint]))
      return nil
    }
    let values = SettingReader.values(&reader, of: storage.settings, collector: collector)
    return StorageSettings(name: entry.key, module: module, values: values.mapValues(\.value))
  }
}
