public import FoundationEssentials

/// Objects by key in one bucket: all that a mailbox, and the storage commands, need of a store. Keys are any UTF-8 text of at most 1,024 bytes.
public protocol ObjectStore: Sendable {
  /// An object's bytes, or a range of them; nil when there is no such object.
  func get(_ key: String, range: Range<Int64>?) async throws(ProviderError) -> StoredObject?

  /// What is known of an object without its bytes; nil when there is none.
  func head(_ key: String) async throws(ProviderError) -> ObjectFacts?

  /// Writes an object whole. The store checks the bytes against a checksum that is sent along.
  /// - Throws: code `conflict` when `condition` does not hold.
  func put(_ key: String, _ bytes: [UInt8], condition: PutCondition) async throws(ProviderError) -> ObjectFacts

  /// Sends a file in constant memory, in parallel parts when it is large; verified end to end.
  func upload(file path: String, to key: String) async throws(ProviderError) -> ObjectFacts

  /// Brings an object into a file that appears only when it is whole and verified; in constant memory.
  func download(_ key: String, to path: String) async throws(ProviderError) -> ObjectFacts

  /// One page of what begins with `prefix`, by key.
  /// - Parameter after: list only keys that come after this one in byte order.
  func list(prefix: String, after: String?, page: PageToken?) async throws(ProviderError) -> ObjectPage

  /// Deletes objects; one that is not there is no error.
  func delete(_ keys: [String]) async throws(ProviderError)

  /// An address that lets whoever holds it read one object for a while, without credentials.
  func presignedGet(_ key: String, lifetime: Duration) async throws(ProviderError) -> String
}

/// When a write may happen.
public enum PutCondition: Sendable, Equatable {
  case always
  /// Only when there is no such object.
  case ifAbsent
  /// Only when the object still has this ETag.
  case ifMatches(String)
}

/// An object's bytes and facts.
public struct StoredObject: Sendable {
  /// The bytes.
  public var bytes: [UInt8]
  /// The facts.
  public var facts: ObjectFacts

  /// An object.
  public init(bytes: [UInt8], facts: ObjectFacts) {
    self.bytes = bytes
    self.facts = facts
  }
}

/// What a store says of an object.
public struct ObjectFacts: Sendable, Equatable {
  /// Its key.
  public var key: String
  /// Its length in bytes.
  public var size: Int64
  /// The store's tag of this version, with its quotes.
  public var etag: String
  /// When it was written, by the store's clock.
  public var modifiedAt: Date?
  /// The store's time when it answered, from its `Date` header.
  public var storeTime: Date?

  /// Facts.
  public init(key: String, size: Int64, etag: String, modifiedAt: Date? = nil, storeTime: Date? = nil) {
    self.key = key
    self.size = size
    self.etag = etag
    self.modifiedAt = modifiedAt
    self.storeTime = storeTime
  }
}

/// One page of a listing.
public struct ObjectPage: Sendable {
  /// By key, in byte order.
  public var objects: [ObjectFacts]
  /// Where the next page begins; nil at the end.
  public var next: PageToken?

  /// A page.
  public init(_ objects: [ObjectFacts], next: PageToken? = nil) {
    self.objects = objects
    self.next = next
  }
}

/// A module that keeps objects: stands beside `TrainingProvider` in the registry.
public protocol StorageProvider: Sendable {
  /// The store of one bucket.
  func store(bucket: String) async throws(ProviderError) -> any ObjectStore
}
