public import FoundationEssentials

/// What a command may ask of an object store. Nothing is changed but by ``apply(_:observe:)``.
public protocol StorageService: Sendable {
  /// Compares both ends of a transfer.
  func plan(_ transfer: StorageTransfer) async throws -> StoragePlan

  /// What a deletion would delete.
  /// - Parameter recursive: everything below, too.
  func planDeletion(_ urls: [StorageURL], recursive: Bool) async throws -> StoragePlan

  /// What a clean-up would delete: all but the `keeping` newest of what stands directly below `url`, objects and folders alike.
  func planCleanup(_ url: StorageURL, keeping: Int) async throws -> StoragePlan

  /// Does what a plan says. Nothing is deleted when something could not be copied.
  /// - Throws: what makes going on senseless, such as refused credentials; a single file's failure is in the outcome.
  func apply(_ plan: StoragePlan, observe: @escaping @Sendable (StorageProgress) -> Void) async throws -> StorageOutcome

  /// Objects by key, at most `limit`.
  /// - Parameter after: only keys after this one.
  func list(_ url: StorageURL, after: String?, limit: Int) async throws -> StorageListing

  /// An address by which others may read or write one object for a while.
  func grant(_ url: StorageURL, _ verb: StorageVerb, lifetime: Duration, maximumBytes: Int64) async throws -> StorageGrant
}

/// What is to be copied, and when.
public struct StorageTransfer: Sendable, Equatable {
  /// When a file is copied that is on both sides.
  public enum Comparison: String, Sendable, CaseIterable {
    /// Always.
    case always
    /// When sizes differ, or the source is newer.
    case time
    /// When sizes differ.
    case size
    /// When bytes differ, as far as the store tells its sums.
    case checksum
  }
  /// From where.
  public var source: StoragePlace
  /// Where to.
  public var target: StoragePlace
  /// When a file is copied that is on both sides.
  public var comparison: Comparison
  /// Whether what is only at the target goes.
  public var deletes: Bool
  /// What is left out on both sides, as a line of gitignore(5) each.
  public var exclude: [String]

  /// A transfer.
  public init(
    from source: StoragePlace, to target: StoragePlace, _ comparison: Comparison = .always, deletes: Bool = false, exclude: [String] = []
  ) {
    self.source = source
    self.target = target
    self.comparison = comparison
    self.deletes = deletes
    self.exclude = exclude
  }
}

/// What an address is good for.
public enum StorageVerb: String, Sendable, CaseIterable {
  case get, put
  /// A form that a browser sends.
  case post
}

/// An address that is good for a while. Whoever has it needs nothing else: it is a secret.
public struct StorageGrant: Sendable, Equatable {
  /// The address.
  public var url: String
  /// Fields of a form, which stand before its file; empty unless it is for a form.
  public var fields: [String: String]
  /// When it ends, unless the credentials behind it end earlier.
  public var until: Date

  /// An address.
  public init(url: String, fields: [String: String] = [:], until: Date) {
    self.url = url
    self.fields = fields
    self.until = until
  }
}

/// Objects of a store.
public struct StorageListing: Sendable, Equatable {
  /// One object.
  public struct Entry: Sendable, Equatable {
    /// Where it is.
    public var url: StorageURL
    /// How long it is.
    public var bytes: Int64
    /// When it was written.
    public var modifiedAt: Date?
    /// The store's tag of its bytes.
    public var etag: String

    /// An object.
    public init(url: StorageURL, bytes: Int64, modifiedAt: Date?, etag: String) {
      self.url = url
      self.bytes = bytes
      self.modifiedAt = modifiedAt
      self.etag = etag
    }
  }
  /// By key, in byte order.
  public var entries: [Entry]
  /// The last key when there are more; nil at the end.
  public var next: String?

  /// A listing.
  public init(_ entries: [Entry], next: String? = nil) {
    self.entries = entries
    self.next = next
  }
}
