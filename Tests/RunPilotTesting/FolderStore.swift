import Basics
import FoundationEssentials
import Glibc
public import ProviderKit
import Synchronization

/// An object store in a folder, for tests: conditional writes, small pages, and faults as a test wants them.
public final class FolderStore: ObjectStore {
  /// What is asked of the store.
  public enum Operation: String, Sendable, CaseIterable {
    case get, head, put, upload, download, list, delete
  }
  /// What goes wrong.
  public enum Fault: Sendable {
    /// Nothing was done.
    case refused
    /// It was done, and the answer was lost.
    case answerLost
  }

  /// The store's folder.
  public let path: String
  private let pageSize: Int
  private let fault: Mutex<@Sendable (Operation, String) -> Fault?> = Mutex { _, _ in nil }
  private let calls = Mutex<[(Operation, String)]>([])
  private let writing = Mutex(())

  /// A store in `path`.
  public init(_ path: String, pageSize: Int = 1_000) throws {
    self.path = path
    self.pageSize = pageSize
    try Files.createFolder(path)
  }

  /// Says from now on what goes wrong.
  public func fails(_ fault: @escaping @Sendable (Operation, String) -> Fault?) { self.fault.withLock { $0 = fault } }

  /// What was asked so far, with the keys.
  public func asked(_ operation: Operation) -> [String] { calls.withLock { $0.filter { $0.0 == operation }.map(\.1) } }

  private func perform<Result>(_ operation: Operation, _ key: String, _ body: () throws -> Result) throws(ProviderError) -> Result {
    calls.withLock { $0.append((operation, key)) }
    let fault = fault.withLock { $0 }(operation, key)
    if case .refused = fault { throw ProviderError(.unreachable, "the test's store is out") }
    do {
      let result = try body()
      if case .answerLost = fault { throw ProviderError(.unreachable, "the answer was lost", effect: .unknown) }
      return result
    } catch let error as ProviderError {
      throw error
    } catch {
      throw ProviderError(.vendorFault, "\(error)")
    }
  }

  private func file(_ key: String) -> String { path + "/" + key }

  private func facts(_ key: String) -> ObjectFacts? {
    var info = stat()
    guard stat(file(key), &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
    let modified = Date(timeIntervalSince1970: Double(info.st_mtim.tv_sec) + Double(info.st_mtim.tv_nsec) / 1e9)
    return ObjectFacts(
      key: key, size: Int64(info.st_size), etag: "\"\(info.st_ino)-\(info.st_size)\"", modifiedAt: modified, storeTime: Date())
  }

  /// An object, or a range of it.
  public func get(_ key: String, range: Range<Int64>?) async throws(ProviderError) -> StoredObject? {
    try perform(.get, key) {
      guard let facts = facts(key) else { return nil }
      let bytes = Array(try Files.read(file(key)))
      guard let range else { return StoredObject(bytes: bytes, facts: facts) }
      return StoredObject(
        bytes: Array(bytes[min(Int(range.lowerBound), bytes.count)..<min(Int(range.upperBound), bytes.count)]), facts: facts)
    }
  }

  /// Facts of an object.
  public func head(_ key: String) async throws(ProviderError) -> ObjectFacts? { try perform(.head, key) { facts(key) } }

  /// Writes an object.
  public func put(_ key: String, _ bytes: [UInt8], condition: PutCondition) async throws(ProviderError) -> ObjectFacts {
    try perform(.put, key) { try write(key, bytes, condition) }
  }

  private func write(_ key: String, _ bytes: [UInt8], _ condition: PutCondition) throws -> ObjectFacts {
    try writing.withLock { _ in
      switch condition {
      case .always: break
      case .ifAbsent: if facts(key) != nil { throw ProviderError(.conflict, "there is one already") }
      case .ifMatches(let etag): if facts(key)?.etag != etag { throw ProviderError(.conflict, "it is another now") }
      }
      try Files.createFolder(Paths.parent(of: file(key)))
      try Files.writeAtomically(bytes, to: file(key))
    }
    guard let facts = facts(key) else { throw ProviderError(.vendorFault, "it is not there") }
    return facts
  }

  /// Copies a file in.
  public func upload(file source: String, to key: String) async throws(ProviderError) -> ObjectFacts {
    try perform(.upload, key) { try write(key, Array(try Files.read(source)), .always) }
  }

  /// Copies a file out.
  public func download(_ key: String, to target: String) async throws(ProviderError) -> ObjectFacts {
    try perform(.download, key) {
      guard let facts = facts(key) else { throw ProviderError(.notFound, "there is no \(key)") }
      try Files.writeAtomically(try Files.read(file(key)), to: target)
      return facts
    }
  }

  /// A page.
  public func list(prefix: String, after: String?, page: PageToken?) async throws(ProviderError) -> ObjectPage {
    try perform(.list, prefix) {
      let from = page?.value ?? after
      let keys = try Files.tree(path).map(\.path).filter { key in
        // Half-written ones have no key yet.
        key.hasPrefix(prefix) && !key.hasSuffix(".tmp") && from.map { $0.utf8.lexicographicallyPrecedes(key.utf8) } ?? true
      }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      let objects = keys.prefix(pageSize).compactMap(facts)
      return ObjectPage(objects, next: keys.count > pageSize ? keys.prefix(pageSize).last.map { PageToken($0) } : nil)
    }
  }

  /// Removes objects.
  public func delete(_ keys: [String]) async throws(ProviderError) {
    try perform(.delete, keys.joined(separator: " ")) { for key in keys { try Files.remove(file(key)) } }
  }

  /// None: a folder has no address.
  public func presignedGet(_ key: String, lifetime: Duration) async throws(ProviderError) -> String { "file://" + file(key) }
}
