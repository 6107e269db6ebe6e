public import ProviderKit
public import TrainingModel

/// Every provider that is configured, checked against its module's description.
public struct ProviderCatalog: Sendable {
  /// One provider.
  public struct Entry: Sendable {
    /// Its name, module and settings.
    public var settings: ProviderSettings
    /// What is known of its module.
    public var descriptor: ProviderDescriptor
    /// Where it was configured.
    public var origin: Origin
    /// Where each setting came from.
    public var settingOrigins: [String: Origin]
  }

  /// The providers: those of the nearest file first.
  public var entries: [Entry]
  /// The one named as `default`, if any.
  public var defaultID: ProviderID?
  /// Where it was named.
  public var defaultOrigin: Origin?

  /// The provider by that name.
  public func entry(_ id: ProviderID) -> Entry? { entries.first { $0.settings.id == id } }

  /// The provider for runs of a kind when nobody names one.
  public func entry(defaultFor kind: RunKind) -> Entry? { entries.first { $0.descriptor.defaultFor.contains(kind) } }
}
