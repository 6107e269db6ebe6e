import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing
import TrainingModel

/// The agent as it is sent to other machines: one file, which must need nothing that is not there.
@Suite("The static agent")
struct StaticAgentTests {
  /// Starts the agent in namespaces of its own, in a file system that holds it, its run folder, /proc and /dev: no library, no shell, no /etc.
  private func boxed(_ harness: AgentHarness) throws -> [String] {
    let script = """
      set -e
      mkdir "$ROOT/box"; mount -t tmpfs none "$ROOT/box"; cd "$ROOT/box"
      cp "$AGENT" runpilot-agent; mkdir -p proc dev ".$ROOT"
      mount -t proc proc proc; mount --rbind /dev dev; mount --bind "$ROOT" ".$ROOT"
      chroot=$(command -v chroot)
      exec env -i PATH=/nowhere "$chroot" . /runpilot-agent "$@"
      """
    let settings = ["ROOT=\(harness.root)", "AGENT=\(try BuiltProducts.staticAgent())", "PATH=/usr/sbin:/usr/bin:/sbin:/bin"]
    // A user who may not mount becomes root of a user namespace, where the kernel allows that.
    let unshare = ["unshare", "--mount", "--pid", "--net", "--fork"] + (geteuid() == 0 ? [] : ["--map-root-user"])
    return ["/usr/bin/env"] + settings + unshare + ["bash", "-c", script, "boxed"]
  }

  @Test("carries a run in a container that holds nothing else, as its first process")
  func alone() async throws {
    var harness = try AgentHarness(["/runpilot-agent", "--version"])
    defer { harness.remove() }
    harness.program = try boxed(harness)
    let record = try await harness.run()
    #expect(record.status == .success && record.exitCode == 0, "\(record.detail ?? "")")
    #expect(record.agent?.pid == 1)
    #expect(try harness.log().hasPrefix("runpilot-agent "), "what its job wrote")
  }

  @Test("says there what cannot be started, and that is all")
  func noShell() async throws {
    var harness = try AgentHarness(script: "echo never")
    defer { harness.remove() }
    harness.program = try boxed(harness)
    let record = try await harness.run()
    #expect(record.status == .failed && record.reason == .neverStarted)
    #expect(record.detail?.contains("sh") == true, "\(record.detail ?? "")")
  }
}
