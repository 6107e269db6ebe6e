import Basics
import Documents
import ProviderKit
import TrainingModel

/// Reads `provider_options {<module or provider>: {…}}`: settings for one run, checked against the module's description.
struct ProviderOptions {
  let catalog: ProviderCatalog
  let collector: DiagnosticCollector

  /// The options of each provider; all of them are checked.
  func read(_ node: Node?) -> (ProviderCatalog.Entry) -> [String: JSONValue] {
    guard let node, !node.isNull,
      let mapping = collector.attempt({ () throws(SourceDiagnostic) in try node.mapping("provider_options") })
    else { return { _ in [:] } }
    var byName: [String: [String: JSONValue]] = [:]
    for entry in mapping.entries where !entry.value.isNull {
      guard let owner = catalog.entries.first(where: { $0.settings.id.rawValue == entry.key || $0.settings.module == entry.key }) else {
        collector.add(unknown(entry))
        continue
      }
      guard var reader = MappingReader(entry.value, path: "provider_options.\(entry.key)", collector: collector) else { continue }
      let descriptor = owner.descriptor
      byName[entry.key] = SettingReader.values(
        &reader, of: descriptor.settings.filter(\.perRun), takesAny: descriptor.takesAnySetting, collector: collector
      ).mapValues(\.value)
    }
    return { choice in
      let general = byName[choice.settings.module] ?? [:]
      return general.merging(byName[choice.settings.id.rawValue] ?? [:]) { _, own in own }
    }
  }

  private func unknown(_ entry: Mapping.Entry) -> SourceDiagnostic {
    let known = Set(catalog.entries.flatMap { [$0.settings.id.rawValue, $0.settings.module] }).sorted()
    let hint =
      Suggestion.nearest(to: entry.key, among: known).map { "did you mean '\($0)'?" } ?? "providers: \(known.joined(separator: ", "))"
    return entry.diagnostic("no provider or module '\(entry.key)'", hints: [hint])
  }
}
