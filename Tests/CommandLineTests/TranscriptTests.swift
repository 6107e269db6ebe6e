import TerminalUI
import Testing

@Suite struct TranscriptTests {
  @Test(
    "What people see, at 80 and at 200 columns and in a pipe",
    arguments: [
      "list", "show rp_0002", "show rp_0005", "show rp_0003", "compare rp_0001 rp_0002",
      "compare rp_0001 rp_0002 rp_0003 rp_0004 rp_0005 --all",
      "metrics rp_0002", "metrics rp_0002 --plot", "providers", "providers show boxes", "config show --origin",
    ], [80, 200])
  func transcript(_ line: String, _ columns: Int) async throws {
    let result = try await Stage(runs: SampleRuns.fakes()).run(line, columns: columns)
    #expect(result.code == 0)
    #expect(result.errors == "")
    for text in result.output.split(separator: "\n") {
      // A path or digest is never broken, so that it can be copied.
      if text.contains(where: { "/:".contains($0) }) && !line.hasPrefix("list") { continue }
      #expect(TextWidth.columns(text) <= columns, "\(text)")
    }
    Snapshot.expect(result.output, is: "\(line.split(separator: " ").joined(separator: "_"))-\(columns).txt")
  }

  @Test(
    "No text of a run reaches the terminal unescaped",
    arguments: ["list", "show rp_0003", "compare rp_0003 rp_0004", "delete rp_0003 --yes"])
  func escaped(_ line: String) async throws {
    let result = try await Stage(runs: SampleRuns.fakes()).run(line, columns: 120)
    #expect(!(result.output + result.errors).contains("\u{1B}"))
    #expect(!result.output.contains("[2J\n"))
  }

  @Test("In a pipe nothing is cut")
  func pipe() async throws {
    let result = try await Stage(runs: SampleRuns.fakes()).run("list")
    #expect(result.output.contains("日本語 experiment with a name that is far too long for any column"))
    #expect(!result.output.contains("…"))
  }

  @Test("Colour comes besides words")
  func colour() async throws {
    let result = try await Stage(runs: SampleRuns.fakes()).run("list", columns: 100, colour: true)
    #expect(result.output.contains("\u{1B}[32msuccess"))
  }
}
