import Basics
import FoundationEssentials
import Glibc
import ProviderKit

/// The far end of a ``RemoteFolderStore``: answers for a folder over a pipe, until the pipe is closed.
public struct FolderServer {
  private let store: FolderStore
  private let root: String
  private let pipe: FolderPipe

  /// A server of a folder, which is made when it is not there.
  public init(_ root: String, input: Int32, output: Int32) {
    store = FolderStore(root)
    self.root = root
    pipe = FolderPipe(input: input, output: output)
  }

  /// Answers until nobody asks any more.
  public func serve() async {
    while let line = try? pipe.line(), let question = try? JSON.decode(FolderWire.Question.self, from: line) {
      do { try await answer(question) } catch { return }
    }
  }

  /// - Throws: when the pipe is broken; what goes wrong with the folder is an answer.
  private func answer(_ question: FolderWire.Question) async throws {
    let before = pipe.taken
    do throws(ProviderError) {
      try await carryOut(question)
    } catch {
      // What follows the question is read whatever becomes of it.
      try pipe.body(question.bytes - (pipe.taken - before)) { _ in }
      try pipe.send(FolderWire.Answer(error: FolderWire.Fault(kind: Self.kind(error.code), message: error.message)))
    }
  }

  private func carryOut(_ question: FolderWire.Question) async throws(ProviderError) {
    let key = question.keys.first ?? ""
    var answer = FolderWire.Answer()
    var bytes: [UInt8] = []
    switch question.action {
    case .get:
      let range = question.from.flatMap { from in question.to.map { from..<max(from, $0) } }
      if let object = try await store.get(key, range: range) {
        answer.objects = [FolderWire.Facts(object.facts)]
        bytes = object.bytes
      }
    case .head: answer.objects = try await store.head(key).map { [FolderWire.Facts($0)] } ?? []
    case .put:
      answer.objects = [FolderWire.Facts(try await store.put(key, try body(question.bytes), condition: Self.condition(question.condition)))]
    case .upload: answer.objects = [FolderWire.Facts(try store.write(key) { try receive(question.bytes, into: $0, key) })]
    case .download: return try await sendFile(key)
    case .list:
      let listing = try await store.list(prefix: key, after: question.after, page: question.page.map { PageToken($0) })
      (answer.objects, answer.next) = (listing.objects.map { FolderWire.Facts($0) }, listing.next?.value)
    case .delete: try await store.delete(question.keys)
    }
    answer.bytes = Int64(bytes.count)
    try send(answer, bytes)
  }

  private func body(_ count: Int64) throws(ProviderError) -> [UInt8] {
    do { return try pipe.body(count) } catch { throw ProviderError(.invalidRequest, "no object of \(count) bytes is sent like that") }
  }

  /// A large object, from the pipe into its file.
  private func receive(_ count: Int64, into file: Int32, _ key: String) throws {
    try pipe.body(count) { piece in
      if let code = piece.withUnsafeBytes({ Descriptor.writeAll($0, to: file) }) {
        throw SystemError("write", "\(root)/\(key)", code: code)
      }
    }
  }

  /// The whole of an object, however large.
  private func sendFile(_ key: String) async throws(ProviderError) {
    guard let facts = try await store.head(key) else { throw ProviderError(.notFound, "there is no \(key) in \(root)") }
    guard let file = try? Descriptor.open(root + "/" + key, O_RDONLY) else {
      throw ProviderError(.unreachable, "\(root)/\(key) cannot be read")
    }
    try send(FolderWire.Answer(objects: [FolderWire.Facts(facts)], bytes: facts.size), [])
    var left = facts.size
    var piece = [UInt8](repeating: 0, count: 256 << 10)
    while left > 0 {
      let count = read(file.raw, &piece, min(piece.count, Int(min(left, 1 << 30))))
      // So many bytes were promised: an end before that can only be told by closing the pipe.
      guard count > 0, (try? pipe.send(Array(piece[0..<count]))) != nil else { leave(74) }
      left -= Int64(count)
    }
  }

  private func send(_ answer: FolderWire.Answer, _ bytes: [UInt8]) throws(ProviderError) {
    do {
      try pipe.send(answer)
      if !bytes.isEmpty { try pipe.send(bytes) }
    } catch {
      throw ProviderError(.unreachable, "nobody listens any more")
    }
  }

  private static func condition(_ text: String?) -> PutCondition {
    guard let text else { return .always }
    return text == FolderWire.absent ? .ifAbsent : .ifMatches(text)
  }

  private static func kind(_ code: ProviderError.Code) -> String {
    code == .conflict ? "conflict" : code == .notFound ? "not-found" : code == .invalidRequest ? "invalid" : "unreachable"
  }
}
