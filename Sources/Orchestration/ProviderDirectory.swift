import Basics
public import ControlAPI
import ProviderKit
public import TrainingModel

/// What there is to say about providers, from the registry.
public struct ProviderDirectory: ProviderService {
  private let registry: ProviderRegistry

  /// A directory of `registry`.
  public init(_ registry: ProviderRegistry) { self.registry = registry }

  /// Every entry, the default first; makes no instance.
  public func providers() async throws -> [ProviderSummary] {
    let summaries = registry.entries.map(summary)
    return summaries.filter(\.isDefault) + summaries.filter { !$0.isDefault }
  }

  /// Asks one provider whether it is usable.
  public func check(_ id: ProviderID) async throws -> [CheckResult] {
    let provider: any TrainingProvider
    do {
      provider = try registry.provider(id)
    } catch let error as ProviderError {
      return [CheckResult("settings", .failed, error.message, hints: error.hints)]
    }
    guard let checkable = provider as? any AccountCheck else {
      return [CheckResult("settings", .ok, "usable; this provider has nothing more to check")]
    }
    return await checkable.check()
  }

  private func summary(_ entry: ProviderRegistry.Entry) -> ProviderSummary {
    let descriptor = entry.descriptor
    return ProviderSummary(
      id: entry.settings.id, module: descriptor.module, summary: descriptor.summary, isDefault: entry.settings.id == registry.defaultID,
      origin: entry.origin, powers: descriptor.powers.map { .init(name: $0.name, available: $0.isAvailable, note: $0.note) },
      settings: descriptor.settings.map { .init(name: $0.name, value: entry.settings.values[$0.name]?.plainText, summary: $0.summary) },
      credentials: descriptor.credentials)
  }
}
