import Basics
import FoundationEssentials
import Glibc
import RunAgent
import RunFollowing
import RunPilotTesting
import Synchronization
import Testing
import TrainingModel

@Suite("A run far away, followed from here")
struct FarFollowingTests {
  @Test(
    "Home and machine over a store that fails now and then: every byte of the log reaches the terminal, and the home's folder is the machine's"
  )
  func together() async throws {
    let far = try FarHarness(
      "i=0; while [ $i -lt 300 ]; do echo \"line $i\"; i=$((i+1)); done; echo w > $RUNPILOT_OUTPUT_DIR/model; exit 3")
    let count = Mutex(0)
    far.store.fails { _, _ in
      let number = count.withLock { count in
        count += 1
        return count
      }
      // Scattered: what fails at a fixed beat may fail at the same step for ever.
      let chance = (UInt32(truncatingIfNeeded: number) &* 2_654_435_761) >> 24
      return chance < 24 ? .answerLost : chance < 48 ? .refused : nil
    }
    let folder = RunFolder(far.root.path + "/rp_0001")
    try Files.createFolder(folder.agentFolder)
    try Files.writeAtomically(try Files.read(far.storePath + "/" + far.layout.record), to: folder.record)
    var pace = MirrorPace()
    pace.look = .milliseconds(10)
    pace.longestWait = .milliseconds(50)
    let mirror = MailboxMirror(store: far.store, layout: far.layout, folder: folder, pace: pace, now: { Date() })
    let output = try Descriptor.open(far.root.path + "/terminal", O_WRONLY | O_CREAT | O_APPEND)
    async let run = far.run()
    let end = try await FarFollower(mirror, output: output.raw).follow { _ in }
    let there = try #require(try await run)
    guard case .ended(let record) = end else {
      Issue.record("not ended: \(end)")
      return
    }
    #expect(record.exitCode == 3 && record.reason == .exited && there.exitCode == 3)
    let expected = (0..<300).map { "line \($0)\n" }.joined()
    #expect(try Files.readText(far.root.path + "/terminal") == expected)
    #expect(try Files.readText(folder.logs) == expected)
    #expect(try Files.readText(folder.outputs + "/model") == "w\n")
    #expect(record.warnings.isEmpty, "\(record.warnings)")
    #expect(record.runDir == folder.path)
  }

  @Test("A wish from here ends the job there")
  func stopping() async throws {
    let far = try FarHarness("trap 'exit 9' INT; echo ready; while :; do sleep 0.02; done")
    let folder = RunFolder(far.root.path + "/rp_0001")
    try Files.createFolder(folder.agentFolder)
    try Files.writeAtomically(try Files.read(far.storePath + "/" + far.layout.record), to: folder.record)
    let mirror = MailboxMirror(store: far.store, layout: far.layout, folder: folder, now: { Date() })
    async let run = far.run()
    async let end = FarFollower(mirror, output: nil).follow { _ in }
    try await eventually { try Files.exists(folder.logs) && Files.readText(folder.logs) == "ready\n" }
    try await mirror.ask(.stop)
    guard case .ended(let record) = try await end else { return }
    #expect(record.reason == .stopped && record.exitCode == 9)
    _ = try await run
  }
}
