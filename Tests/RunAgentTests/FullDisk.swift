import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Subprocessing
import Testing
import TrainingModel

/// Runs an agent whose run folder stands on a file system with no room.
enum FullDisk {
  /// The agent, its run folder and all, in a mount namespace with a tmpfs of `size` over the run folder; afterwards the small files are
  /// copied out to where the harness looks for them.
  static func run(_ harness: AgentHarness, size: String) async throws {
    try harness.writeRun()
    let script = """
      set -e
      cp -a "$FOLDER" "$ROOT/saved"
      mount -t tmpfs -o size=\(size) none "$FOLDER"
      cp -a "$ROOT/saved/." "$FOLDER"
      cd "$ROOT/lab"
      exec 3>>"$FOLDER/agent.lock"; flock 3
      echo '{}' | "$AGENT" --folder "$FOLDER" --lock-fd 3 --secrets-fd 4 4<&0
      cp "$FOLDER/run.json" "$ROOT/saved/run.json"; exec 3>&-; umount "$FOLDER"; cp "$ROOT/saved/run.json" "$FOLDER/run.json"
      """
    // A user who may not mount becomes root of a user namespace, where the kernel allows that.
    let unshare = geteuid() == 0 ? ["unshare", "-m"] : ["unshare", "-rm"]
    let environment = [
      "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "FOLDER": harness.folder.path, "ROOT": harness.root,
      "AGENT": try BuiltProducts.path("runpilot-agent"),
    ]
    let outcome = try await Command(unshare + ["bash", "-c", script], environment: environment, deadline: .seconds(120)).run()
    #expect(outcome.end.isSuccess, "\(outcome.errorText)")
  }
}
