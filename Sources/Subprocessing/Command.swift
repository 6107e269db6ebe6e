import Basics
import Glibc
import Synchronization

/// A helper program that runs to its end while its output is collected: `git`, `uname`.
public struct Command: Sendable {
  /// The process; its descriptors 1 and 2 are taken.
  public var request: SpawnRequest
  /// The most bytes of stdout and of stderr to keep; what is beyond is read, counted and dropped.
  public var limit: Int
  /// After this the process and its group are killed.
  public var deadline: Duration
  /// What it reads from its descriptor 0; nothing by default.
  public var input: [UInt8] = []

  /// A command that may take ten seconds and say a megabyte.
  public init(
    _ arguments: [String], environment: [String: String], workingFolder: String? = nil, limit: Int = 1 << 20,
    deadline: Duration = .seconds(10)
  ) {
    request = SpawnRequest(arguments, environment: environment, workingFolder: workingFolder)
    self.limit = limit
    self.deadline = deadline
  }

  /// What came of a command.
  public struct Outcome: Sendable, Equatable {
    /// How it ended; `.signalled(9)` also when the deadline ended it.
    public var end: ProcessEnd
    /// The beginning of stdout, up to the limit.
    public var output: [UInt8]
    /// How much it wrote to stdout in all.
    public var outputBytes: Int64
    /// The beginning of stderr, up to the limit.
    public var errors: [UInt8]
    /// Whether the deadline, or cancellation, ended it.
    public var wasCut: Bool

    /// Stdout as text, without white space at its ends.
    public var text: String { String(decoding: output, as: UTF8.self).trimmed() }
    /// Stderr as text, without white space at its ends.
    public var errorText: String { String(decoding: errors, as: UTF8.self).trimmed() }
    /// Whether all of stdout is in ``output``.
    public var isComplete: Bool { outputBytes == Int64(output.count) && !wasCut }
  }

  private static func file(_ bytes: [UInt8]) throws(SpawnError) -> Descriptor {
    do throws(SystemError) {
      let file = try Descriptor.nameless()
      try file.writeAll(bytes, name: "input")
      lseek(file.raw, 0, SEEK_SET)
      return file
    } catch {
      throw SpawnError(.exhausted, error.message)
    }
  }

  /// Runs the command. Cancelling the task kills it.
  /// - Throws: ``SpawnError`` when it could not be started.
  public func run() async throws(SpawnError) -> Outcome {
    let pipes = try CommandPipes()
    var request = request
    request.descriptors[1] = pipes.outputWriter
    request.descriptors[2] = pipes.errorWriter
    // A file, and not a pipe: nobody has to feed it, however slowly it is read.
    let given = input.isEmpty ? -1 : try Self.file(input).release()
    if given >= 0 { request.descriptors[0] = given }
    defer { if given >= 0 { close(given) } }
    let child = try pipes.handingOver { () throws(SpawnError) in try Child.spawn(request) }
    let collector = OutputCollector(pipes: pipes, limit: limit, deadline: deadline, child: child)
    let collected = await withTaskCancellationHandler {
      // Without a thread to read on, nothing is collected; the child is still reaped.
      try? await BackgroundThread.run { collector.collect() }
    } onCancel: {
      child.signalGroup(SIGKILL)
    }
    if collected == nil { child.signalGroup(SIGKILL) }
    let end = await child.wait()
    return Outcome(
      end: end, output: collected?.output ?? [], outputBytes: collected?.outputBytes ?? 0, errors: collected?.errors ?? [],
      wasCut: collected?.wasCut ?? true)
  }
}
