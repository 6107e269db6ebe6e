import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing

/// A home on a file system of its own, mounted where nobody else sees it.
@Suite("A disk that is full, a home that is read-only", .serialized)
struct DiskTests {
  /// Runs shell text with `$RUNPILOT_HOME` on a tmpfs; `check NAME CODE COMMAND…` writes a line when a command ends otherwise.
  private func onSmallDisk(_ home: TestHome, size: String, _ script: String) async throws -> Program.Result {
    try Files.createFolder(home.path)
    try home.write(
      "script",
      """
      mount -t tmpfs -o size=\(size) none "$RUNPILOT_HOME"
      check() { local code; "${@:3}" > "$1.out" 2> "$1.err"; code=$?; [ $code = "$2" ] || echo "$1: $code, not $2: $(cat "$1.err")"; }
      \(script)
      """)
    // A user who may not mount becomes root of a user namespace, where the kernel allows that.
    return try await home.shell("unshare \(geteuid() == 0 ? "-m" : "-rm") bash script")
  }

  private func text(_ home: TestHome, _ name: String) throws -> String { try Files.readText(home.project + "/" + name) }

  @Test("Full while a job writes: the job is not held up, and the run says what was lost. Full before: nothing is started, the rest works")
  func full() async throws {
    let home = try TestHome()
    try home.write("big.yaml", "name: big\nentrypoint: [sh, -c, 'echo METRIC loss=1; head -c 8000000 /dev/zero; touch job-ended']\n")
    try home.write("small.yaml", "name: small\nentrypoint: [touch, started]\n")
    let result = try await onSmallDisk(
      home, size: "2m",
      """
      check big 73 "$RUNPILOT" run big.yaml
      check show 0 "$RUNPILOT" show 1
      cat /dev/zero > "$RUNPILOT_HOME/filler" 2> /dev/null
      check small 73 "$RUNPILOT" run small.yaml
      [ ! -e started ] || echo "a job was started that could not be recorded"
      check list 0 "$RUNPILOT" list -q
      check export 73 "$RUNPILOT" export 1 -o "$RUNPILOT_HOME/run.tar.gz"
      ls "$RUNPILOT_HOME" | grep -F run.tar.gz
      rm "$RUNPILOT_HOME/filler"
      check again 0 "$RUNPILOT" run small.yaml
      check last 0 "$RUNPILOT" list -q
      """)
    #expect(result.stdout.isEmpty, "\(result.stdout)")
    #expect(Files.exists(home.project + "/job-ended"))
    #expect(try text(home, "big.err").contains("No space left on device"))
    #expect(try text(home, "show.out").contains("failed (not recorded)"))
    for name in ["small", "export"] {
      let said = try text(home, name + ".err")
      #expect(said.contains("No space left on device") && said.contains("hint: free some space"), "\(said)")
    }
    #expect(try text(home, "list.out") == "rp_0001\n")
    #expect(try text(home, "last.out").hasSuffix("rp_0001\n"))
  }

  @Test("A read-only home can be read; what would write says so, and starts nothing")
  func readOnly() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: a\nentrypoint: [sh, -c, 'echo hello; echo again >> started']\n")
    let result = try await onSmallDisk(
      home, size: "4m",
      """
      check first 0 "$RUNPILOT" run a.yaml
      for _ in $(seq 100); do mount -o remount,ro "$RUNPILOT_HOME" 2> /dev/null && break; sleep 0.1; done
      check list 0 "$RUNPILOT" list -q
      check show 0 "$RUNPILOT" show 1
      check logs 0 "$RUNPILOT" logs 1
      check run 73 "$RUNPILOT" run a.yaml
      check rerun 73 "$RUNPILOT" rerun 1
      check delete 73 "$RUNPILOT" delete 1 --yes
      check set 73 "$RUNPILOT" config set project p
      check version 0 "$RUNPILOT" version
      """)
    #expect(result.stdout.isEmpty, "\(result.stdout)")
    #expect(try text(home, "list.out") == "rp_0001\n")
    #expect(try text(home, "logs.out") == "hello\n")
    #expect(try text(home, "started") == "again\n")
    for name in ["run", "rerun", "delete", "set"] {
      let said = try text(home, name + ".err")
      #expect(said.contains("Read-only file system") && said.contains("hint:"), "\(said)")
    }
  }
}
