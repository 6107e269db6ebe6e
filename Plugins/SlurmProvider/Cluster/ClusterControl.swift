import ProviderKit
import TrainingModel

/// What is asked of a cluster, whichever way it is asked: by Slurm's programs or over HTTP. The provider does not know which.
protocol ClusterControl: Sendable {
  /// How it is reached, for people: ` over ssh to login`; empty for the programs of this machine.
  var way: String { get }

  /// How it stands with what opens the way; nil when there is no such thing.
  func access() async -> CheckResult?

  /// Which cluster this is, and as whom it is used.
  func identity() async throws(ProviderError) -> ClusterIdentity

  /// What nodes there are in which partitions.
  func nodeGroups() async throws(ProviderError) -> [NodeGroup]

  /// Jobs that the controller knows: those that wait or run, and those that ended minutes ago.
  func queued(_ choice: JobChoice) async throws(ProviderError) -> [ClusterJob]

  /// Jobs in the accounts of the last days. Only to be asked of a cluster that keeps them.
  func accounted(_ choice: JobChoice, days: Int) async throws(ProviderError) -> [ClusterJob]

  /// A job on paper, in the form that ``submit(_:)`` sends. Asks nobody.
  func compose(_ candidate: RentalCandidate, _ order: RentalOrder, _ settings: SlurmSettings) throws(ProviderError) -> BatchRequest

  /// Submits a job.
  /// - Returns: its number.
  /// - Throws: ``ProviderError`` whose effect is `unknown` when there may be such a job now.
  func submit(_ batch: BatchRequest) async throws(ProviderError) -> String

  /// Cancels a job.
  /// - Returns: whether there was one to cancel.
  func cancel(_ number: String) async throws(ProviderError) -> Bool

  /// How a job ended: from the controller while it remembers, then from the accounts; nil when neither does.
  func end(of number: String) async throws(ProviderError) -> JobEnd?

  /// What a job had of the cluster, once for each time that it was started, oldest first. Only to be asked of a cluster that keeps accounts.
  func stretches(of number: String) async throws(ProviderError) -> [JobStretch]
}

/// Which jobs are meant.
enum JobChoice: Sendable, Equatable {
  case named(String)
  case of(user: String)
  case number(String)
}

/// What is the same of a cluster all the time.
struct ClusterIdentity: Sendable, Equatable {
  var name: String
  var version: String
  var user: String
  /// Whether it keeps accounts that can be asked.
  var keepsAccounts: Bool
  /// Whether GPUs are in them (AccountingStorageTRES).
  var countsGPUs: Bool
  /// How many tasks a job array may have; 0 where none can be submitted this way.
  var longestArray = 0
}

/// How a job ended, in Slurm's own words.
struct JobEnd: Sendable, Equatable {
  var state: String
  /// `CODE:SIGNAL`
  var code: String
  /// Why it ended, or `None`.
  var why: String
}
