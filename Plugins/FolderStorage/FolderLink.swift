import Basics
import CSupport
import FoundationEssentials
import Glibc
import ProviderKit
import Subprocessing

/// A connection to a ``FolderServer``: the process that makes it, and the pipe to it.
///
/// Unchecked: its pipe is for one thread at a time, and ``RemoteFolderStore`` keeps it behind a lock.
final class FolderLink: @unchecked Sendable {
  /// What follows a question.
  enum Sending: Sendable {
    case nothing
    case bytes([UInt8])
    case file(String)
  }

  private let child: Child
  private let name: String
  private let pipe: FolderPipe
  private let toChild: Int32
  private let fromChild: Int32
  /// What the process says on stderr: a file without a name.
  private let words: Int32

  private init(_ child: Child, name: String, toChild: Int32, fromChild: Int32, words: Int32) {
    self.child = child
    self.name = name
    self.toChild = toChild
    self.fromChild = fromChild
    self.words = words
    pipe = FolderPipe(input: fromChild, output: toChild)
  }

  deinit {
    close(toChild)
    close(fromChild)
    close(words)
    child.signalGroup(SIGTERM)
  }

  /// Connects; brings the program there first when it is missing.
  static func open(_ way: RemoteFolderStore.Way) throws(ProviderError) -> FolderLink {
    let link = try start(way)
    do throws(ProviderError) {
      try link.greet()
      return link
    } catch {
      guard error.code == .notFound else { throw error }
    }
    try install(way)
    let again = try start(way)
    try again.greet()
    return again
  }

  private static func start(_ way: RemoteFolderStore.Way) throws(ProviderError) -> FolderLink {
    var (input, output): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
    guard rp_pipe_cloexec(&input) == 0, rp_pipe_cloexec(&output) == 0 else {
      throw ProviderError(.unreachable, SystemError("make", "a pipe").message)
    }
    let words = (try? Descriptor.nameless())?.release() ?? -1
    defer {
      close(input[0])
      close(output[1])
    }
    do throws(SpawnError) {
      let child = try Child.spawn(
        SpawnRequest(
          way.command, environment: way.environment, descriptors: [0: input[0], 1: output[1]].merging(words < 0 ? [:] : [2: words]) { $1 }))
      return FolderLink(child, name: way.name, toChild: input[1], fromChild: output[0], words: words)
    } catch {
      for descriptor in [input[1], output[0], words] { close(descriptor) }
      throw ProviderError(.unreachable, error.message, hints: error.hints)
    }
  }

  /// Sends the program there.
  private static func install(_ way: RemoteFolderStore.Way) throws(ProviderError) {
    let path: String
    do { path = try way.program() } catch {
      let hinted = error as? any Hinted
      throw ProviderError(.invalidRequest, hinted?.message ?? "\(error)", hints: hinted?.hints ?? [])
    }
    do {
      let file = try Descriptor.open(path, O_RDONLY)
      let child = try Child.spawn(SpawnRequest(way.install, environment: way.environment, descriptors: [0: file.raw]))
      guard let end = child.waitBlocking(atMost: .seconds(600)), end.isSuccess else {
        child.signalGroup(SIGKILL)
        throw ProviderError(.unreachable, "the agent could not be brought to \(way.name)", hints: ["try it by hand: `ssh \(way.name)`"])
      }
    } catch let error as ProviderError {
      throw error
    } catch {
      throw ProviderError(.unreachable, (error as? any Hinted)?.message ?? "\(error)")
    }
  }

  /// Whether somebody answers.
  /// - Throws: code `notFound` when the program is not there.
  private func greet() throws(ProviderError) { _ = try exchange(FolderWire.Question(action: .delete), .nothing, into: nil) }

  func exchange(_ question: FolderWire.Question, _ sending: Sending, into path: String?) throws(ProviderError) -> (
    FolderWire.Answer, [UInt8]
  ) {
    do {
      try pipe.send(question)
      switch sending {
      case .nothing: break
      case .bytes(let bytes): try pipe.send(bytes)
      case .file(let source): try send(source, question.bytes)
      }
      guard let line = try pipe.line() else { throw FolderPipe.Broken() }
      let answer = try JSON.decode(FolderWire.Answer.self, from: line)
      guard let path, answer.error == nil else { return (answer, try pipe.body(answer.bytes)) }
      try receive(answer.bytes, path)
      return (answer, [])
    } catch let error as ProviderError {
      throw error
    } catch {
      throw broken()
    }
  }

  private func send(_ path: String, _ size: Int64) throws {
    let file = try Descriptor.open(path, O_RDONLY)
    var left = size
    var piece = [UInt8](repeating: 0, count: 256 << 10)
    while left > 0 {
      let count = read(file.raw, &piece, min(piece.count, Int(min(left, 1 << 30))))
      guard count > 0 else { throw ProviderError(.conflict, "\(path) became shorter while it was sent") }
      try pipe.send(Array(piece[0..<count]))
      left -= Int64(count)
    }
  }

  private func receive(_ count: Int64, _ path: String) throws {
    let draft = path + ".rp-part"
    defer { unlink(draft) }
    let file = try Descriptor.open(draft, O_WRONLY | O_CREAT | O_TRUNC)
    var failure: SystemError?
    try pipe.body(count) { piece in
      guard failure == nil else { return }
      if let code = piece.withUnsafeBytes({ Descriptor.writeAll($0, to: file.raw) }) { failure = SystemError("write", path, code: code) }
    }
    if let failure { throw ProviderError(.unreachable, failure.message) }
    try Files.rename(draft, to: path)
  }

  /// Why the connection ended, from what the process said.
  private func broken() -> ProviderError {
    let end = child.waitBlocking(atMost: .seconds(2))
    var bytes = [UInt8](repeating: 0, count: 16 << 10)
    let count = max(0, pread(words, &bytes, bytes.count, 0))
    let said = String(decoding: bytes[0..<count], as: UTF8.self).split(separator: "\n").last.map(String.init) ?? ""
    switch end?.shellCode {
    case 126, 127: return ProviderError(.notFound, "\(name) has no agent yet: \(said)")
    case 255 where said.contains("Permission denied"):
      return ProviderError(.unauthorised, "\(name) lets nobody in: \(said)", effect: .none, hints: ["try it by hand, and load your key"])
    default:
      return ProviderError(.unreachable, "the connection to \(name) is lost: \(said.isEmpty ? "no word of why" : said)", effect: .unknown)
    }
  }
}
