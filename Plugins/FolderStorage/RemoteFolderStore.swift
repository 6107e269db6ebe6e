import Basics
import FoundationEssentials
import Glibc
public import ProviderKit
import Subprocessing
import Synchronization

/// An object store in a folder of another machine, which answers through a program there: a mailbox on a cluster's file system, from afar.
///
/// One connection is opened when it is first needed, and another when it was lost. It ends with this process.
public final class RemoteFolderStore: ObjectStore {
  /// How the other machine is reached.
  public struct Way: Sendable {
    /// What connects to ``FolderServer`` there, over its standard input and output.
    public var command: [String]
    /// What brings the program there that answers, from its standard input: tried when the connection finds none.
    public var install: [String]
    /// The file of this machine that is that program.
    public var program: @Sendable () throws -> String
    /// Of both commands.
    public var environment: [String: String]
    /// The machine, in words.
    public var name: String

    /// A way.
    public init(
      command: [String], install: [String], program: @escaping @Sendable () throws -> String, environment: [String: String], name: String
    ) {
      self.command = command
      self.install = install
      self.program = program
      self.environment = environment
      self.name = name
    }
  }

  private let way: Way
  private let folder: String
  private let link: Mutex<FolderLink?> = Mutex(nil)

  /// The store in a folder there; contacts nobody.
  public init(_ folder: String, by way: Way) {
    self.folder = folder
    self.way = way
  }

  /// An object's bytes, or a range of them.
  public func get(_ key: String, range: Range<Int64>?) async throws(ProviderError) -> StoredObject? {
    let question = FolderWire.Question(action: .get, keys: [key], from: range?.lowerBound, to: range?.upperBound)
    let (answer, bytes) = try await ask(question)
    return answer.objects.first.map { StoredObject(bytes: bytes, facts: $0.facts) }
  }

  /// What is known of an object.
  public func head(_ key: String) async throws(ProviderError) -> ObjectFacts? {
    try await ask(FolderWire.Question(action: .head, keys: [key])).0.objects.first?.facts
  }

  /// Writes an object whole.
  public func put(_ key: String, _ bytes: [UInt8], condition: PutCondition) async throws(ProviderError) -> ObjectFacts {
    var question = FolderWire.Question(action: .put, keys: [key], bytes: Int64(bytes.count))
    switch condition {
    case .always: break
    case .ifAbsent: question.condition = FolderWire.absent
    case .ifMatches(let tag): question.condition = tag
    }
    return try facts(await ask(question, sending: .bytes(bytes)).0, key)
  }

  /// Sends a file.
  public func upload(file path: String, to key: String) async throws(ProviderError) -> ObjectFacts {
    let size: Int64
    do throws(SystemError) { size = try Files.size(path) } catch { throw ProviderError(.invalidRequest, error.message) }
    return try facts(await ask(FolderWire.Question(action: .upload, keys: [key], bytes: size), sending: .file(path)).0, key)
  }

  /// Brings an object into a file, which appears when it is whole.
  public func download(_ key: String, to path: String) async throws(ProviderError) -> ObjectFacts {
    try facts(await ask(FolderWire.Question(action: .download, keys: [key]), into: path).0, key)
  }

  /// One page of what begins with `prefix`, by key.
  public func list(prefix: String, after: String?, page: PageToken?) async throws(ProviderError) -> ObjectPage {
    let answer = try await ask(FolderWire.Question(action: .list, keys: [prefix], after: after, page: page?.value)).0
    return ObjectPage(answer.objects.map(\.facts), next: answer.next.map { PageToken($0) })
  }

  /// Deletes objects.
  public func delete(_ keys: [String]) async throws(ProviderError) {
    _ = try await ask(FolderWire.Question(action: .delete, keys: keys))
  }

  /// A folder has no address.
  public func presignedGet(_ key: String, lifetime: Duration) async throws(ProviderError) -> String {
    throw ProviderError(.invalidRequest, "a mailbox in a folder has no addresses: \(folder) must be seen by both sides")
  }

  // MARK: asking

  private func facts(_ answer: FolderWire.Answer, _ key: String) throws(ProviderError) -> ObjectFacts {
    guard let facts = answer.objects.first else { throw ProviderError(.vendorFault, "\(way.name) did not say what became of \(key)") }
    return facts.facts
  }

  /// One question at a time; the waiting is a thread's, and not the pool's.
  private func ask(_ question: FolderWire.Question, sending: FolderLink.Sending = .nothing, into path: String? = nil)
    async throws(ProviderError) -> (FolderWire.Answer, [UInt8])
  {
    let outcome: Result<(FolderWire.Answer, [UInt8]), ProviderError>
    do throws(SystemError) {
      outcome = try await BackgroundThread.run { self.link.withLock { self.exchange(&$0, question, sending, path) } }
    } catch {
      throw ProviderError(.unreachable, error.message)
    }
    return try outcome.get()
  }

  private func exchange(_ link: inout FolderLink?, _ question: FolderWire.Question, _ sending: FolderLink.Sending, _ path: String?)
    -> Result<(FolderWire.Answer, [UInt8]), ProviderError>
  {
    do throws(ProviderError) {
      let open: FolderLink
      if let link { open = link } else { open = try FolderLink.open(way) }
      link = nil
      let answer = try open.exchange(question, sending, into: path)
      link = open
      if let fault = answer.0.error { return .failure(Self.error(fault)) }
      return .success(answer)
    } catch {
      return .failure(error)
    }
  }

  private static func error(_ fault: FolderWire.Fault) -> ProviderError {
    switch fault.kind {
    case "conflict": ProviderError(.conflict, fault.message)
    case "not-found": ProviderError(.notFound, fault.message)
    case "invalid": ProviderError(.invalidRequest, fault.message)
    default: ProviderError(.unreachable, fault.message, effect: .unknown)
    }
  }
}
