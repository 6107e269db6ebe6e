import Basics
import Dispatch
public import FoundationEssentials
import Glibc
import Subprocessing
import Synchronization

/// A program that a test has started, with everything it writes collected.
public final class Program: Sendable {
  /// What came of it.
  public struct Result: Sendable {
    /// Its exit code; 128 + n for a signal.
    public let exitCode: Int32
    /// What it wrote to stdout.
    public let stdoutBytes: Data
    /// What it wrote to stderr, as text.
    public let stderr: String
    /// What it wrote to stdout, as text.
    public var stdout: String { String(decoding: stdoutBytes, as: UTF8.self) }
  }

  /// Its process id.
  public var pid: Int32 { child.pid }
  private let child: Child
  private let output: Gathered
  private let errors: Gathered

  /// Starts `arguments` in a process group of its own.
  public init(_ arguments: [String], environment: [String: String], workingFolder: String, input: Int32? = nil) throws {
    let output = try Gathered()
    let errors = try Gathered()
    var request = SpawnRequest(arguments, environment: environment, workingFolder: workingFolder)
    request.descriptors = [1: output.writer, 2: errors.writer]
    if let input { request.descriptors[0] = input }
    defer {
      output.begin()
      errors.begin()
    }
    child = try Child.spawn(request)
    self.output = output
    self.errors = errors
  }

  /// Sends it a signal.
  public func kill(_ signal: Int32) { _ = child.signal(signal) }

  /// Waits for its end and for the end of its output.
  public func wait() async throws -> Result {
    let end = await child.wait()
    return Result(
      exitCode: end.shellCode, stdoutBytes: Data(await output.all()), stderr: String(decoding: await errors.all(), as: UTF8.self))
  }
}

/// Everything that comes out of a pipe, read on a thread that may wait.
private final class Gathered: Sendable {
  let writer: Int32
  private let reader: Int32
  private let bytes = Mutex<[UInt8]>([])
  private let finished: AsyncStream<Void>
  private let finish: AsyncStream<Void>.Continuation

  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SystemError("make", "a pipe") }
    (reader, writer) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (finished, finish) = AsyncStream.makeStream()
  }

  /// Lets go of the writing end and reads what others write.
  func begin() {
    close(writer)
    DispatchQueue(label: "gather").async { @Sendable [self] in
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(reader, &buffer, buffer.count)
        guard count > 0 else { break }
        bytes.withLock { $0 += buffer[0..<count] }
      }
      close(reader)
      finish.finish()
    }
  }

  func all() async -> [UInt8] {
    for await _ in finished {}
    return bytes.withLock { $0 }
  }
}
