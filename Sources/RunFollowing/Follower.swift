public import Basics
import Dispatch
import Synchronization
public import TrainingModel

/// Reads a run folder as it grows, until the run is over or its agent is gone. Never writes.
///
/// One thread per follower: the log goes from the file to the descriptor without passing through this program's memory where the kernel can do that.
public struct Follower: Sendable {
  /// How following ended.
  public enum End: Sendable, Equatable {
    /// The run is over, and every byte of its log was copied.
    case ended(RunRecord)
    /// Nobody holds the agent's lock and the run is not over: its agent died.
    case agentLost(RunRecord)
    /// The calling task was cancelled; the run goes on.
    case cancelled
  }

  /// What changes on the way.
  public enum Event: Sendable, Equatable {
    case progress(RunProgress)
    case record(RunRecord)
  }

  private let folder: RunFolder
  private let output: Int32?
  private let tail: Int?
  private let watchesAgent: Bool

  /// A follower of the run in `folder`.
  /// - Parameters:
  ///   - output: where the log's bytes go; nil for nowhere. When its reader goes away, copying ends and following goes on.
  ///   - tail: begin with only the last lines of what is there.
  ///   - watchesAgent: whether the agent is a process of this machine, whose end is to be noticed.
  public init(_ folder: RunFolder, output: Int32?, tail: Int? = nil, watchesAgent: Bool = true) {
    self.folder = folder
    self.output = output
    self.tail = tail
    self.watchesAgent = watchesAgent
  }

  /// Follows to the end.
  /// - Parameter onEvent: called on the follower's thread, in order.
  /// - Throws: `SystemError` when the folder cannot be read, `UnreadableRecord` when its run.json is none.
  public func follow(onEvent: @escaping @Sendable (Event) -> Void) async throws -> End {
    let wake = try WakeUp()
    let start = try tail.map { try LogTail.offset(of: folder.logs, lines: $0) } ?? 0
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        DispatchQueue(label: "runpilot.follow").async { @Sendable in
          let result = Result { () throws -> End in
            var loop = FollowLoop(
              folder: folder, copier: LogCopier(path: folder.logs, output: output, offset: start), wake: wake, watchesAgent: watchesAgent,
              onEvent: onEvent)
            return try loop.run()
          }
          continuation.resume(with: result)
        }
      }
    } onCancel: {
      wake.cancel()
    }
  }
}

/// A run.json that cannot be read as one.
public struct UnreadableRecord: ExitCoded {
  /// The file.
  public let path: String
  /// What is wrong with it.
  public let cause: String
  /// The file and what is wrong with it.
  public var message: String { "\(path) is damaged: \(cause)" }
  /// What can still be done.
  public var hints: [String] { ["the log beside it is still readable: `less \(Paths.parent(of: path))/logs.txt`"] }
  /// 65.
  public var exitCode: ExitCode { .badInput }
}
