public import Basics
public import ProviderKit
import Synchronization
public import TrainingModel

/// Every provider there is, by the name users type. No command has another way to a provider.
///
/// Built from providers.toml and descriptors; contacts nothing. An instance is made when it is first asked for.
public final class ProviderRegistry: Sendable {
  /// One entry of providers.toml and the module behind it.
  public struct Entry: Sendable {
    /// The entry's checked settings.
    public let settings: ProviderSettings
    /// Its module's description.
    public let descriptor: ProviderDescriptor
    /// A file and line, or "built-in".
    public let origin: String

    /// An entry.
    public init(settings: ProviderSettings, descriptor: ProviderDescriptor, origin: String) {
      self.settings = settings
      self.descriptor = descriptor
      self.origin = origin
    }
  }

  /// The entries in the order of the file.
  public let entries: [Entry]
  /// The one named as `default`, if any.
  public let defaultID: ProviderID?
  private let context: ProviderContext
  private let instances = Mutex<[ProviderID: any TrainingProvider]>([:])

  /// A registry of `entries`.
  public init(entries: [Entry], defaultID: ProviderID?, context: ProviderContext) {
    self.entries = entries
    self.defaultID = defaultID
    self.context = context
  }

  /// The entry by that name.
  /// - Throws: ``UnknownProvider`` with the names there are.
  public func entry(_ id: ProviderID) throws(UnknownProvider) -> Entry {
    guard let entry = entries.first(where: { $0.settings.id == id }) else {
      throw UnknownProvider(id: id, known: entries.map(\.settings.id))
    }
    return entry
  }

  /// The provider by that name, made on first use.
  /// - Throws: ``UnknownProvider``, or the `ProviderError` of a module whose settings or credentials are unusable.
  public func provider(_ id: ProviderID) throws -> any TrainingProvider {
    if let made = instances.withLock({ $0[id] }) { return made }
    let entry = try entry(id)
    let provider = try entry.descriptor.make(entry.settings, context)
    return instances.withLock { instances in
      if let earlier = instances[id] { return earlier }
      instances[id] = provider
      return provider
    }
  }

  /// The first entry whose module is the default for runs of `kind`: what `fallback: [local]` means.
  public func entry(defaultFor kind: RunKind) -> Entry? { entries.first { $0.descriptor.defaultFor.contains(kind) } }
}

/// A provider that providers.toml does not name.
public struct UnknownProvider: ExitCoded, Equatable {
  /// What was asked for.
  public let id: ProviderID
  /// What there is.
  public let known: [ProviderID]

  /// "no provider 'dokcer'".
  public var message: String { "no provider '\(id)' in providers.toml" }

  /// The nearest name, and how to see them all.
  public var hints: [String] {
    let nearest = Suggestion.nearest(to: id.rawValue, among: known.map(\.rawValue)).map { "did you mean '\($0)'?" }
    return [nearest, "see which there are: `runpilot providers list`"].compactMap(\.self)
  }

  /// 78: the configuration names no such provider.
  public var exitCode: ExitCode { .configuration }
}
