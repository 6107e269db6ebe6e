import Basics
import Glibc
import Subprocessing
import Testing

@Suite("Commands that are collected")
struct CommandTests {
  @Test("Both streams come back, apart")
  func streams() async throws {
    let outcome = try await shell("printf out; printf err >&2; exit 4").run()
    #expect(outcome.end == .exited(4))
    #expect(outcome.text == "out")
    #expect(outcome.errorText == "err")
    #expect(outcome.isComplete)
  }

  @Test("What is beyond the limit is counted and dropped, and the command does not hang on it")
  func limit() async throws {
    let outcome = try await shell("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2", limit: 1_000).run()
    #expect(outcome.end == .exited(0))
    #expect(outcome.output.count == 1_000)
    #expect(outcome.outputBytes == 3_000_000)
    #expect(outcome.errors.count == 1_000)
    #expect(!outcome.isComplete)
  }

  @Test("The deadline kills the command and its children")
  func deadline() async throws {
    let outcome = try await shell("printf early; sleep 600", deadline: .milliseconds(300)).run()
    #expect(outcome.end == .signalled(SIGKILL))
    #expect(outcome.wasCut)
    #expect(outcome.text == "early")
  }

  @Test("A grandchild that keeps the pipe does not keep the caller")
  func grandchild() async throws {
    let outcome = try await shell("setsid sleep 30 & printf done; exit 0").run()
    #expect(outcome.end == .exited(0))
    #expect(outcome.text == "done")
    #expect(!outcome.wasCut)
    for entry in ProcessTable().entries() where entry.parent == 1 || entry.parent == getpid() {
      if (try? Files.readText("/proc/\(entry.pid)/cmdline")) == "sleep\030\0" { kill(entry.pid, SIGKILL) }
    }
  }

  @Test("Cancelling the task kills the command")
  func cancellation() async throws {
    let task = Task { try await shell("sleep 600").run() }
    task.cancel()
    #expect(try await task.value.end == .signalled(SIGKILL))
  }
}
