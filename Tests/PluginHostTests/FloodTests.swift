import Basics
import FoundationEssentials
import RunPilotTesting
import Subprocessing
import Testing

/// How much a plugin may say at once, and what the host keeps of it.
@Suite("A plugin that has much to say")
struct FloodTests {
  /// Sends as many batches as its setting says, each as soon as it has credit for it, and refuses when it is ever given more than it began with.
  private static let plugin = """
    #!/usr/bin/env python3
    import json, sys
    def say(**what):
      sys.stdout.write(json.dumps({"jsonrpc": "2.0", **what}) + "\\n")
      sys.stdout.flush()
    for line in sys.stdin:
      m = json.loads(line)
      if "id" not in m: continue
      method, p, result = m["method"], m["params"], {}
      if method == "initialize":
        credit = p["credit"]
        result = {"protocol": 1, "plugin": {"name": "flood", "version": "1"}, "kind": "renting", "capabilities": ["offers"]}
      elif method == "configure": batches = p["settings"]["batches"]
      elif method == "offers":
        left, most = credit, credit
        for seq in range(1, batches + 1):
          while left == 0:
            told = json.loads(sys.stdin.readline())
            if told.get("method") == "credit" and told["params"]["id"] == m["id"]: left += told["params"]["n"]
            most = max(most, left)
          left -= 1
          say(method="event", params={"id": m["id"], "seq": seq, "kind": "items", "items": [], "padding": "x" * 500})
        result = {"items": [{"machine": f"{batches} batches, never more than {most} unread"}]}
      say(id=m["id"], result=result)

    """

  /// Runs a command in a process of its own and adds a line with the most memory it had, in KiB.
  private static let measured = """
    import resource, subprocess, sys
    code = subprocess.run(sys.argv[1:]).returncode
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
    sys.exit(code)
    """

  /// The most memory of a `runpilot` that is sent so many batches, in KiB.
  private func memory(batches: Int, in home: TestHome) async throws -> Int {
    try home.write("providers.toml", "[providers.flood]\ncommand = [\"./runpilot-provider-flood\"]\nbatches = \(batches)\n")
    let words = ["offers", "--provider", "flood", "--providers-file", home.project + "/providers.toml", "-q"]
    let command = Command(
      ["/usr/bin/python3", "-c", Self.measured, try BuiltProducts.path("runpilot")] + words, environment: home.environment(),
      workingFolder: home.project, deadline: .seconds(120))
    let outcome = try await command.run()
    #expect(outcome.text == "\(batches) batches, never more than 16 unread", "\(outcome.text)\(outcome.errorText)")
    return try #require(outcome.errorText.split(separator: "\n").last.flatMap { Int($0) })
  }

  @Test("a hundred thousand batches are read as they are paid for: the host has at most 16 of them unread, and grows by less than 8 MiB")
  func memory() async throws {
    let home = try TestHome()
    try Files.writeAtomically(Array(Self.plugin.utf8), to: home.project + "/runpilot-provider-flood", mode: 0o755)
    let few = try await memory(batches: 1, in: home)
    let many = try await memory(batches: 100_000, in: home)
    // 55 MB came through.
    #expect(many - few < 8 << 10, "\(few) KiB, then \(many) KiB")
  }
}
