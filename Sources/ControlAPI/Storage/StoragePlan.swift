public import FoundationEssentials

/// One thing that is done to a file or an object.
public struct StorageStep: Sendable, Equatable {
  /// What is done.
  public enum Action: String, Sendable, CaseIterable {
    case upload, download
    /// Of a file or an object.
    case delete
  }
  /// What is done.
  public var action: Action
  /// From where; nil for a deletion.
  public var source: StoragePlace?
  /// Where to, or what is deleted.
  public var target: StoragePlace
  /// How long it is.
  public var bytes: Int64
  /// When what is copied was written.
  public var modifiedAt: Date?

  /// A step.
  public init(_ action: Action, from source: StoragePlace? = nil, _ target: StoragePlace, bytes: Int64, modifiedAt: Date? = nil) {
    self.action = action
    self.source = source
    self.target = target
    self.bytes = bytes
    self.modifiedAt = modifiedAt
  }
}

/// What a command would do, before it does it.
public struct StoragePlan: Sendable, Equatable {
  /// In order; deletions come last.
  public var steps: [StorageStep]
  /// How many are the same on both sides.
  public var unchanged: Int
  /// What is left out, and why.
  public var omissions: [Omission]
  /// The folder that nothing of a download may leave, whatever keys and links say; nil when each file was named by the user.
  public var folder: String?

  /// Something that is left out although somebody may expect it.
  public struct Omission: Sendable, Equatable {
    /// Its path or key.
    public var name: String
    /// Why.
    public var reason: String
    /// Something that is left out.
    public init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }

  /// A plan.
  public init(_ steps: [StorageStep] = [], unchanged: Int = 0, omissions: [Omission] = [], folder: String? = nil) {
    self.steps = steps
    self.unchanged = unchanged
    self.omissions = omissions
    self.folder = folder
  }

  /// The steps that delete.
  public var deletions: [StorageStep] { steps.filter { $0.action == .delete } }
  /// The bytes that are copied.
  public var bytes: Int64 { steps.reduce(0) { $0 + ($1.action == .delete ? 0 : $1.bytes) } }
}

/// What became of a plan.
public struct StorageOutcome: Sendable, Equatable {
  /// What was done.
  public var done: [StorageStep]
  /// What was not, and why.
  public var failures: [Failure]

  /// A step that failed.
  public struct Failure: Sendable, Equatable {
    /// The step.
    public var step: StorageStep
    /// Why, in one line.
    public var message: String
    /// A step that failed.
    public init(step: StorageStep, message: String) {
      self.step = step
      self.message = message
    }
  }

  /// An outcome.
  public init(done: [StorageStep] = [], failures: [Failure] = []) {
    self.done = done
    self.failures = failures
  }
}

/// How far a transfer is.
public struct StorageProgress: Sendable, Equatable {
  /// Files and objects that are done.
  public var files: Int
  /// Of how many.
  public var allFiles: Int
  /// Bytes that are there.
  public var bytes: Int64
  /// Of how many.
  public var allBytes: Int64

  /// How far a transfer is.
  public init(files: Int, allFiles: Int, bytes: Int64, allBytes: Int64) {
    self.files = files
    self.allFiles = allFiles
    self.bytes = bytes
    self.allBytes = allBytes
  }
}
