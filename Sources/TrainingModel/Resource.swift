public import FoundationEssentials

/// A provider's own name for something it runs: a process, a container, a machine.
public struct ResourceID: RawRepresentable, Sendable, Hashable, Codable, CustomStringConvertible {
  /// As the provider writes it.
  public let rawValue: String
  /// Wraps a provider's name for a resource.
  public init(rawValue: String) { self.rawValue = rawValue }
  /// Wraps a provider's name for a resource.
  public init(_ rawValue: String) { self.rawValue = rawValue }
  /// As the provider writes it.
  public var description: String { rawValue }
}

/// How a resource stands, as its provider says.
public enum ResourceState: String, Sendable, Codable {
  case starting, running, stopping, stopped, gone
}

/// Something that runs somewhere on our behalf.
public struct Resource: Sendable, Codable, Equatable {
  /// The provider's name for it.
  public var id: ResourceID
  /// Where it is.
  public var provider: ProviderID
  /// "process", "container", "machine", "volume", "snapshot".
  public var kind: String
  /// How it stands.
  public var state: ResourceState
  /// A name for people.
  public var name: String?
  /// The uid of the run it belongs to, from its tags; nil when it carries none.
  public var runUID: String?
  /// Which home made it, from its tags.
  public var installation: String?
  /// Whose it is, from its tags.
  public var owner: String?
  /// When it was started, by the provider.
  public var launchedAt: Date?
  /// The ledger's row, from its tags.
  public var intent: IntentID?
  /// Where it is and how it is paid for; nil for what costs nothing.
  public var place: RentalPlace?
  /// When it ended, by the provider.
  public var endedAt: Date?
  /// Why it is in its state, in the vendor's words.
  public var stateReason: String?
  /// Whether the vendor itself refuses to destroy it.
  public var hasVendorProtection = false
  /// What else holds data there, and whether it goes when this goes: volumes.
  public var attachments: [Attachment] = []
  /// The machine that a disk hangs on; nil for what stands by itself.
  public var attachedTo: ResourceID?
  /// Whether a disk was made from a machine's image. What was not, and what nobody says so of, may hold data that is nowhere else.
  public var isFromImage = false
  /// What it is charged for, where the provider knows it without a launch; empty where it does not say.
  public var meters: [Meter] = []
  /// Everything the provider lets us tag it with.
  public var tags: [String: String] = [:]

  /// Something that hangs on a resource.
  public struct Attachment: Sendable, Codable, Hashable {
    /// The provider's name for it.
    public var id: ResourceID
    /// Whether it goes when the resource goes.
    public var diesToo: Bool
    /// Whether it was made only to boot from, so that nothing but the run's own files can be on it.
    public var isRoot: Bool

    /// An attachment.
    public init(id: ResourceID, diesToo: Bool, isRoot: Bool) {
      self.id = id
      self.diesToo = diesToo
      self.isRoot = isRoot
    }
  }

  /// A resource with what is always known.
  public init(id: ResourceID, provider: ProviderID, kind: String, state: ResourceState, runUID: String? = nil) {
    self.id = id
    self.provider = provider
    self.kind = kind
    self.state = state
    self.runUID = runUID
  }
}
