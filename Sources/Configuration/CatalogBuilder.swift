import Basics
import Documents
import ProviderKit
import TrainingModel

/// Puts the files that say something about providers together, the nearest on top.
struct CatalogBuilder {
  let descriptors: [ProviderDescriptor]
  let collector: DiagnosticCollector
  /// Entries by name, the nearest file's first.
  private var entries: [ProvidersFile.Entry] = []

  init(descriptors: [ProviderDescriptor], collector: DiagnosticCollector) {
    self.descriptors = descriptors
    self.collector = collector
  }

  /// Lays a file under those added before.
  mutating func add(_ file: ProvidersFile) {
    for lower in file.entries {
      guard let index = entries.firstIndex(where: { $0.id == lower.id }) else {
        entries.append(lower)
        continue
      }
      // An entry of another module has nothing in common with this one but the name.
      if entries[index].module == lower.module {
        entries[index].mapping = Layers.merge(lower.mapping, under: entries[index].mapping)
      }
    }
  }

  /// The catalog; `defaults` are the places that name a default, the nearest first.
  func catalog(defaults: [Node?]) -> ProviderCatalog {
    var catalog = ProviderCatalog(entries: entries.compactMap(entry), defaultID: nil, defaultOrigin: nil)
    guard let node = defaults.compactMap(\.self).first,
      let name = collector.attempt({ () throws(SourceDiagnostic) in try node.text("default") })
    else { return catalog }
    let known = entries.map(\.id)
    if !known.contains(name) {
      let hint = Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" } ?? "providers: \(known.joined(separator: ", "))"
      collector.add(node.diagnostic("no provider '\(name)'", hints: [hint]))
    }
    catalog.defaultID = ProviderID(name)
    catalog.defaultOrigin = Origin(of: node)
    return catalog
  }

  private func entry(_ entry: ProvidersFile.Entry) -> ProviderCatalog.Entry? {
    guard let descriptor = entry.descriptor ?? descriptors.first(where: { $0.module == entry.module }) else { return nil }
    let node = Node(.mapping(entry.mapping), at: entry.node.position, in: entry.node.source)
    guard var reader = MappingReader(node, path: "providers.\(entry.id)", collector: collector) else { return nil }
    for key in ["module", "command"] { _ = reader.node(key) }
    let values = SettingReader.values(&reader, of: descriptor.settings, takesAny: descriptor.takesAnySetting, collector: collector)
    let settings = ProviderSettings(id: ProviderID(entry.id), module: entry.module, values: values.mapValues(\.value))
    return ProviderCatalog.Entry(
      settings: settings, descriptor: descriptor, origin: Origin(of: entry.node), settingOrigins: values.mapValues { Origin(of: $0.node) })
  }
}
