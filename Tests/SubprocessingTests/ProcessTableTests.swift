import Basics
import FoundationEssentials
import Glibc
import Testing

@testable import Subprocessing

@Suite("Knowing processes")
struct ProcessTableTests {
  @Test("This process is alive; the same number with another start or boot is not")
  func identity() throws {
    let own = try #require(ProcessIdentity.of(getpid()))
    #expect(own.isAlive)
    #expect(!ProcessIdentity(pid: own.pid, startTime: own.startTime + 1, bootID: own.bootID).isAlive)
    #expect(!ProcessIdentity(pid: own.pid, startTime: own.startTime, bootID: "another").isAlive)
    #expect(!ProcessIdentity(pid: own.pid, startTime: own.startTime + 1, bootID: own.bootID).signal(SIGKILL), "and is not signalled")
  }

  @Test("A name full of parentheses and spaces does not disturb the reading")
  func oddNames() async throws {
    try await withTemporaryFolder { folder in
      let program = folder + "/a) S 1 (b"
      try Files.writeAtomically(try Files.read("/bin/sleep"), to: program, mode: 0o755)
      let child = try Child.spawn(SpawnRequest([program, "60"], environment: plainEnvironment))
      let entry = try #require(ProcessTable().entry(child.pid))
      #expect(entry.parent == getpid())
      #expect(entry.group == child.pid)
      #expect(entry.startTime > 0)
      child.signal(SIGKILL)
      _ = await child.wait()
    }
  }

  @Test("What is below a process is found by asking each, and is what the whole list says")
  func descendants() async throws {
    let child = try Child.spawn(
      SpawnRequest(["sh", "-c", "sleep 600 & (sleep 600 & (sleep 600; :) & wait) & wait"], environment: plainEnvironment))
    let table = ProcessTable()
    func pids(_ entries: [ProcessTable.Entry]) -> Set<Int32> { Set(entries.map(\.pid)) }
    for _ in 0..<3_000 where table.scannedDescendants(of: child.pid).count < 5 { try await Task.sleep(for: .milliseconds(10)) }
    #expect(table.descendants(of: child.pid).count == 5)
    #expect(pids(table.descendants(of: child.pid)) == pids(table.scannedDescendants(of: child.pid)))
    for pid in pids(table.descendants(of: child.pid)) { kill(pid, SIGKILL) }
    child.signal(SIGKILL)
    _ = await child.wait()
    #expect(table.descendants(of: child.pid).isEmpty)
  }

  @Test("Strays are found by their environment, also daemons in sessions of their own, and ended step by step")
  func strays() async throws {
    let uid = "test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
    let environment = plainEnvironment.merging(["RUNPILOT_RUN_UID": uid]) { $1 }
    // One that ends at SIGTERM, one that ignores it, both orphans once the shell is gone.
    let script = "setsid sleep 600 & setsid sh -c 'trap \"\" TERM; while :; do sleep 0.1; done' & sleep 0.2"
    let child = try Child.spawn(SpawnRequest(["sh", "-c", script], environment: environment))
    #expect(await child.wait() == .exited(0))
    let find: @Sendable () -> [ProcessIdentity] = { ProcessTable().processes(withEnvironment: "RUNPILOT_RUN_UID", uid) }
    #expect(find().count >= 2)
    let polite = await Teardown.end([TeardownStep(SIGTERM, wait: .milliseconds(500))], find: find)
    #expect(!polite.isEmpty, "one of them ignores SIGTERM")
    let left = await Teardown.end([TeardownStep(SIGKILL, wait: .seconds(30))], find: find)
    #expect(left.isEmpty)
    #expect(find().isEmpty)
  }

  @Test("Environment values are compared whole")
  func wholeValues() async throws {
    let uid = "whole-\(getpid())"
    let environment = plainEnvironment.merging(["RUNPILOT_RUN_UID": uid + "-and-more"]) { $1 }
    let child = try Child.spawn(SpawnRequest(["sleep", "60"], environment: environment))
    // The kernel lets the parent go on a moment before the new program's environment can be read.
    var found: [ProcessIdentity] = []
    for _ in 0..<3_000 where found.isEmpty {
      found = ProcessTable().processes(withEnvironment: "RUNPILOT_RUN_UID", uid + "-and-more")
      if found.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
    }
    #expect(found.map(\.pid) == [child.pid])
    #expect(ProcessTable().processes(withEnvironment: "RUNPILOT_RUN_UID", uid).isEmpty)
    child.signal(SIGKILL)
    _ = await child.wait()
  }
}
