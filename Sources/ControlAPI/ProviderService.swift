public import TrainingModel

/// What a command may ask about providers. Listing makes no instance and needs no credential.
public protocol ProviderService: Sendable {
  /// Every entry of providers.toml, in its order, default first.
  func providers() async throws -> [ProviderSummary]

  /// Asks one provider whether it is usable.
  func check(_ id: ProviderID) async throws -> [CheckResult]

  /// What a provider needs in its vendor's account, and whether it is there. Changes nothing.
  func setup(_ id: ProviderID) async throws -> ProviderSetup

  /// Makes one of the things that ``setup(_:)`` has shown.
  func carryOut(_ step: SetupStep, of id: ProviderID) async throws

  /// Machines that meet a need, on one market or both, in the usual ``OfferOrder``; of one provider, or of all that rent.
  func offers(for need: ResourceNeed, in markets: Set<RentalPlace.Market>, from id: ProviderID?) async throws -> OfferList

  /// Asks vendors again for prices of machines that meet a need; of one provider, or of all that rent. What is rented keeps its price.
  /// - Returns: who did not answer, in words.
  func refreshPrices(for need: ResourceNeed, from id: ProviderID?) async throws -> [String]
}

/// What a provider needs in its vendor's account.
public struct ProviderSetup: Sendable, Codable, Equatable {
  /// In the order in which it is made.
  public var steps: [SetupStep]
  /// Lines for the provider's table in providers.toml that name what was made.
  public var settings: [String]

  /// A provider's needs.
  public init(steps: [SetupStep], settings: [String]) {
    self.steps = steps
    self.settings = settings
  }
}

/// A provider as configured.
public struct ProviderSummary: Sendable, Codable, Equatable {
  /// Something a provider can do, or cannot for a reason.
  public struct Power: Sendable, Codable, Equatable {
    /// Such as "gpu".
    public var name: String
    /// Whether it can.
    public var available: Bool
    /// How, or why not.
    public var note: String
    /// A power.
    public init(name: String, available: Bool, note: String) {
      self.name = name
      self.available = available
      self.note = note
    }
  }
  /// One setting of the entry and where it came from.
  public struct Setting: Sendable, Codable, Equatable {
    /// The key.
    public var name: String
    /// Its value in plain text; nil when not set.
    public var value: String?
    /// What it means.
    public var summary: String
    /// A setting.
    public init(name: String, value: String?, summary: String) {
      self.name = name
      self.value = value
      self.summary = summary
    }
  }
  /// The name users type.
  public var id: ProviderID
  /// The module behind it.
  public var module: String
  /// One line about the module.
  public var summary: String
  /// Whether it is named as `default`.
  public var isDefault: Bool
  /// Where it was configured: a file and line, or "built-in".
  public var origin: String
  /// What it can and cannot do.
  public var powers: [Power]
  /// Its settings.
  public var settings: [Setting]
  /// Where it looks for credentials.
  public var credentials: [String]

  /// A provider as configured.
  public init(
    id: ProviderID, module: String, summary: String, isDefault: Bool, origin: String, powers: [Power], settings: [Setting],
    credentials: [String]
  ) {
    self.id = id
    self.module = module
    self.summary = summary
    self.isDefault = isDefault
    self.origin = origin
    self.powers = powers
    self.settings = settings
    self.credentials = credentials
  }
}
