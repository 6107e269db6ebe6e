public import ProviderKit
import Synchronization

/// An object store between a test and a real one: it remembers what was asked, and goes wrong as the test wants it.
public final class FaultyStore: ObjectStore {
  /// What is asked of the store.
  public enum Operation: String, Sendable, CaseIterable {
    case get, head, put, upload, download, list, delete, presign
  }

  /// What goes wrong.
  public enum Fault: Sendable {
    /// Nothing was done.
    case refused
    /// It was done, and the answer was lost.
    case answerLost
  }

  private let inner: any ObjectStore
  private let fault: Mutex<@Sendable (Operation, String) -> Fault?> = Mutex { _, _ in nil }
  private let calls = Mutex<[(Operation, String)]>([])

  /// A store before `inner`; nothing goes wrong until it is told.
  public init(_ inner: any ObjectStore) { self.inner = inner }

  /// Says from now on what goes wrong.
  public func fails(_ fault: @escaping @Sendable (Operation, String) -> Fault?) { self.fault.withLock { $0 = fault } }

  /// What was asked so far, with the keys.
  public func asked(_ operation: Operation) -> [String] { calls.withLock { $0.filter { $0.0 == operation }.map(\.1) } }

  private func perform<Answer>(_ operation: Operation, _ key: String, _ body: () async throws(ProviderError) -> Answer)
    async throws(ProviderError) -> Answer
  {
    calls.withLock { $0.append((operation, key)) }
    let fault = fault.withLock { $0 }(operation, key)
    if case .refused = fault { throw ProviderError(.unreachable, "the test's store is out") }
    let answer = try await body()
    if case .answerLost = fault { throw ProviderError(.unreachable, "the answer was lost", effect: .unknown) }
    return answer
  }

  /// An object, or a range of it.
  public func get(_ key: String, range: Range<Int64>?) async throws(ProviderError) -> StoredObject? {
    try await perform(.get, key) { () async throws(ProviderError) in try await inner.get(key, range: range) }
  }

  /// Facts of an object.
  public func head(_ key: String) async throws(ProviderError) -> ObjectFacts? {
    try await perform(.head, key) { () async throws(ProviderError) in try await inner.head(key) }
  }

  /// Writes an object.
  public func put(_ key: String, _ bytes: [UInt8], condition: PutCondition) async throws(ProviderError) -> ObjectFacts {
    try await perform(.put, key) { () async throws(ProviderError) in try await inner.put(key, bytes, condition: condition) }
  }

  /// Copies a file in.
  public func upload(file source: String, to key: String) async throws(ProviderError) -> ObjectFacts {
    try await perform(.upload, key) { () async throws(ProviderError) in try await inner.upload(file: source, to: key) }
  }

  /// Copies a file out.
  public func download(_ key: String, to target: String) async throws(ProviderError) -> ObjectFacts {
    try await perform(.download, key) { () async throws(ProviderError) in try await inner.download(key, to: target) }
  }

  /// A page.
  public func list(prefix: String, after: String?, page: PageToken?) async throws(ProviderError) -> ObjectPage {
    try await perform(.list, prefix) { () async throws(ProviderError) in try await inner.list(prefix: prefix, after: after, page: page) }
  }

  /// Removes objects.
  public func delete(_ keys: [String]) async throws(ProviderError) {
    try await perform(.delete, keys.joined(separator: " ")) { () async throws(ProviderError) in try await inner.delete(keys) }
  }

  /// An address, where the real store has any.
  public func presignedGet(_ key: String, lifetime: Duration) async throws(ProviderError) -> String {
    try await perform(.presign, key) { () async throws(ProviderError) in try await inner.presignedGet(key, lifetime: lifetime) }
  }
}
