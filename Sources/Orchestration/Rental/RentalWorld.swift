public import Bundling
public import FoundationEssentials
public import ProviderKit
public import ResourceTracking
public import TrainingModel

/// What renting needs of the world, beside a provider.
public struct RentalWorld: Sendable {
  /// The ledger, opened when it is first needed; the argument says who writes.
  public var tracker: @Sendable (_ by: String) throws -> ResourceTracker
  /// The store through which home and machines of a provider speak.
  /// - Throws: an error with the line to add when the provider's settings name none.
  public var mailbox: @Sendable (ProviderSettings) async throws -> MailboxDoor
  /// The static agent for an architecture, as a file of this machine.
  public var farAgent: @Sendable (_ architecture: String) throws -> String
  /// Architectures for which there is one.
  public var architectures: @Sendable () -> [String]
  /// How a machine far away starts the container of a run.
  public var container: @Sendable (RunSpec, RunRecord) -> ExecutorChoice
  /// Where such a container sees the run's folder.
  public var containerRunFolder: String
  /// Packs the code of a run.
  public var bundler: Bundler
  /// Who pays, when the user's settings say so.
  public var configuredOwner: @Sendable () throws -> String?
  /// Waits.
  public var sleep: @Sendable (Duration) async throws -> Void

  /// What renting needs.
  public init(
    tracker: @escaping @Sendable (String) throws -> ResourceTracker,
    mailbox: @escaping @Sendable (ProviderSettings) async throws -> MailboxDoor,
    farAgent: @escaping @Sendable (String) throws -> String, architectures: @escaping @Sendable () -> [String],
    container: @escaping @Sendable (RunSpec, RunRecord) -> ExecutorChoice, containerRunFolder: String, bundler: Bundler,
    configuredOwner: @escaping @Sendable () throws -> String?,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.tracker = tracker
    self.mailbox = mailbox
    self.farAgent = farAgent
    self.architectures = architectures
    self.container = container
    self.containerRunFolder = containerRunFolder
    self.bundler = bundler
    self.configuredOwner = configuredOwner
    self.sleep = sleep
  }
}

/// The way into a mailbox store: for the home, and for a machine.
public struct MailboxDoor: Sendable {
  /// The store, with the home's credentials.
  public var store: any ObjectStore
  /// How a machine gets in.
  public var address: StoreAddress
  /// What all keys begin with.
  public var prefix: String
  /// Makes what opens one run's mailbox, and its code, until a time: for a machine without a role. Nil where none is needed.
  public var session: (@Sendable (MailboxLayout, BundleReference?, Date) async throws -> StoreSession)?

  /// A way in.
  public init(
    store: any ObjectStore, address: StoreAddress, prefix: String,
    session: (@Sendable (MailboxLayout, BundleReference?, Date) async throws -> StoreSession)? = nil
  ) {
    self.store = store
    self.address = address
    self.prefix = prefix
    self.session = session
  }
}
