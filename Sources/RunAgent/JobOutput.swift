public import Basics
import CSupport
import Glibc
import Synchronization

/// The writing end of a job's output: a pipe whose bytes the agent records as they come.
///
/// A process gets ``descriptor`` as stdout and stderr; whoever receives output otherwise hands it to ``write(_:)``. Either way a slow disk slows
/// the job, for the pipe holds 1 MiB at most.
public final class JobOutput: Sendable {
  private let state: Mutex<Int32>

  /// Takes over the writing end of a pipe.
  public init(owning descriptor: Int32) { state = Mutex(descriptor) }

  deinit { close() }

  /// The descriptor to hand to a child; -1 after ``close()``. Stays ours: it has close-on-exec.
  public var descriptor: Int32 { state.withLock { $0 } }

  /// Writes every byte, waiting while the pipe is full; for one writer at a time, on a thread that may wait.
  /// - Returns: false when nobody reads any more.
  @discardableResult
  public func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let target = descriptor
    return target >= 0 && Descriptor.writeAll(bytes, to: target) == nil
  }

  /// Ends our part of the output, once the job has its own copy of the descriptor or everything was written. May be called twice.
  public func close() {
    let descriptor = state.withLock { state in
      defer { state = -1 }
      return state
    }
    if descriptor >= 0 { Glibc.close(descriptor) }
  }

  /// A pipe of up to 1 MiB: its reading end, and the output that writes to it.
  /// - Throws: ``SystemError`` when no pipe is to be had.
  public static func makePipe() throws(SystemError) -> (reader: Int32, output: JobOutput) {
    var ends: [Int32] = [-1, -1]
    guard rp_pipe_cloexec(&ends) == 0 else { throw SystemError("make", "a pipe") }
    // An unprivileged user may have less; then the kernel's default stays.
    _ = rp_set_pipe_size(ends[1], 1 << 20)
    return (ends[0], JobOutput(owning: ends[1]))
  }
}
