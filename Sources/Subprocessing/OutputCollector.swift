import Basics
import CSupport
import Glibc

/// The two pipes of a command. The readers are closed with this value.
final class CommandPipes: Sendable {
  let outputReader: Int32
  let outputWriter: Int32
  let errorReader: Int32
  let errorWriter: Int32

  init() throws(SpawnError) {
    var output: [Int32] = [-1, -1]
    var errors: [Int32] = [-1, -1]
    guard rp_pipe_cloexec(&output) == 0 else { throw Self.failure() }
    guard rp_pipe_cloexec(&errors) == 0 else {
      let failure = Self.failure()
      for descriptor in output { close(descriptor) }
      throw failure
    }
    (outputReader, outputWriter) = (output[0], output[1])
    (errorReader, errorWriter) = (errors[0], errors[1])
  }

  private static func failure() -> SpawnError { SpawnError(.exhausted, "cannot make a pipe: \(SystemError.reason(errno))") }

  /// Runs `body`, which gives the writers to a child, and then closes ours, so that the child's end is the pipes' end.
  func handingOver<Result>(_ body: () throws(SpawnError) -> Result) throws(SpawnError) -> Result {
    defer {
      close(outputWriter)
      close(errorWriter)
    }
    return try body()
  }

  deinit {
    close(outputReader)
    close(errorReader)
  }
}

/// Reads both pipes of a command to their ends, or to its deadline.
struct OutputCollector: Sendable {
  struct Collected: Sendable {
    var output: [UInt8] = []
    var outputBytes: Int64 = 0
    var errors: [UInt8] = []
    var errorBytes: Int64 = 0
    var wasCut = false
  }

  let pipes: CommandPipes
  let limit: Int
  let deadline: Duration
  let child: Child

  func collect() -> Collected {
    var collected = Collected()
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    var open = [
      pollfd(fd: pipes.outputReader, events: Int16(POLLIN), revents: 0), pollfd(fd: pipes.errorReader, events: Int16(POLLIN), revents: 0),
    ]
    let end = ContinuousClock.now + deadline
    while open.contains(where: { $0.fd >= 0 }) {
      let left = ContinuousClock.now.duration(to: end)
      let ready = left > .zero ? poll(&open, 2, Int32(min(1_000, left.inSeconds * 1_000 + 1))) : 0
      if ready < 0 && errno != EINTR { break }
      if left <= .zero {
        child.signalGroup(SIGKILL)
        collected.wasCut = true
        break
      }
      // A grandchild may keep the pipe: the end of the command is the end of its output, but for what is in the pipe already.
      if ready == 0 && child.end != nil { break }
      for index in open.indices where open[index].revents != 0 {
        if !take(open[index].fd, isError: index == 1, &buffer, into: &collected) { open[index].fd = -1 }
      }
    }
    return collected
  }

  /// - Returns: false at the pipe's end.
  private func take(_ descriptor: Int32, isError: Bool, _ buffer: inout [UInt8], into collected: inout Collected) -> Bool {
    let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { return count < 0 && (errno == EINTR || errno == EAGAIN) }
    if isError {
      collected.errors += buffer[0..<min(count, max(0, limit - collected.errors.count))]
      collected.errorBytes += Int64(count)
    } else {
      collected.output += buffer[0..<min(count, max(0, limit - collected.output.count))]
      collected.outputBytes += Int64(count)
    }
    return true
  }
}
