import Basics
import FoundationEssentials
import RunPilotTesting
import Testing
import TrainingModel

@Suite("The history of runs", .serialized)
struct HistoryTests {
  /// A home with three finished runs of different outcome, parameters and metrics.
  private func homeWithRuns() async throws -> TestHome {
    let home = try TestHome()
    try home.write(
      "a.yaml",
      "name: sweep\nentrypoint: [sh, -c, 'echo METRIC loss=$RUNPILOT_PARAM_LR; exit $RUNPILOT_PARAM_CODE']\nparams: {lr: 0.5, code: 0}\ntags: [base]\n"
    )
    _ = try await home.runpilot("run", "a.yaml")
    _ = try await home.runpilot("run", "a.yaml", "--param", "lr=0.25", "--tag", "best")
    _ = try await home.runpilot("run", "a.yaml", "--param", "code=4", "--name", "broken")
    return home
  }

  @Test("list shows the newest first, filters, sorts by a metric, and answers in JSON")
  func list() async throws {
    let home = try await homeWithRuns()
    #expect(try await home.runpilot("list", "-q").stdout == "rp_0003\nrp_0002\nrp_0001\n")
    #expect(try await home.runpilot("list", "-q", "--status", "failed").stdout == "rp_0003\n")
    #expect(try await home.runpilot("list", "-q", "--tag", "best").stdout == "rp_0002\n")
    #expect(try await home.runpilot("list", "-q", "--name", "bro*").stdout == "rp_0003\n")
    #expect(try await home.runpilot("list", "-q", "--limit", "1").stdout == "rp_0003\n")
    #expect(try await home.runpilot("list", "-q", "--sort", "metric:loss", "--limit", "1").stdout == "rp_0002\n")
    let json = try JSON.decode(JSONValue.self, from: try await home.runpilot("list", "--json").stdoutBytes)
    #expect(json["schema"] == .string("runpilot/list/v1") || json["schema"] == .string("runpilot/runs/v1"))
  }

  @Test("The index can be deleted, damaged or outrun by hand-made changes and is right again")
  func index() async throws {
    let home = try await homeWithRuns()
    let expected = try await home.runpilot("list", "-q").stdout
    try Files.remove(home.path + "/runs.db")
    #expect(try await home.runpilot("list", "-q").stdout == expected)
    for suffix in ["-wal", "-shm"] { try Files.remove(home.path + "/runs.db" + suffix) }
    try Files.writeAtomically(Array("this is no database, it only looks like one for a moment".utf8), to: home.path + "/runs.db")
    #expect(try await home.runpilot("list", "-q").stdout == expected)
    try Files.removeTree(home.path + "/runs/rp_0002")
    #expect(try await home.runpilot("list", "-q").stdout == "rp_0003\nrp_0001\n")
  }

  @Test("Ids may be shortened to a unique prefix; an ambiguous one names the candidates")
  func references() async throws {
    let home = try await homeWithRuns()
    #expect(try await home.runpilot("show", "2", "--json").exitCode == 0)
    let ambiguous = try await home.runpilot("show", "rp_")
    #expect(ambiguous.exitCode == 66 || ambiguous.exitCode == 64)
    #expect(ambiguous.stderr.contains("rp_0001"))
  }

  @Test("compare shows what differs")
  func compare() async throws {
    let home = try await homeWithRuns()
    let compared = try await home.runpilot("compare", "rp_0001", "rp_0002")
    #expect(compared.exitCode == 0, "\(compared.stderr)")
    for word in ["lr", "0.5", "0.25", "loss"] { #expect(compared.stdout.contains(word), "\(compared.stdout)") }
  }

  @Test("export and import carry a run to another home, unchanged, and refuse what was tampered with")
  func exportImport() async throws {
    let home = try await homeWithRuns()
    let other = try TestHome()
    let archive = home.project + "/run.tar.gz"
    #expect(try await home.runpilot("export", "rp_0002", "-o", archive).exitCode == 0)
    let imported = try await other.runpilot("import", archive)
    #expect(imported.exitCode == 0, "\(imported.stderr)")
    let there = try other.record("rp_0002")
    #expect(there.uid == (try home.record("rp_0002").uid))
    #expect(there.runDir == other.folder("rp_0002").path)
    #expect(try other.log("rp_0002") == home.log("rp_0002"))
    #expect(try await other.runpilot("list", "-q").stdout == "rp_0002\n")
    let again = try await other.runpilot("import", archive)
    #expect(again.exitCode != 0)
    #expect(try await other.runpilot("import", archive, "--force").exitCode == 0)
    var bytes = try Files.read(archive)
    bytes[bytes.count / 2] ^= 0xFF
    try Files.writeAtomically(bytes, to: archive)
    let damaged = try await other.runpilot("import", archive, "--force")
    #expect(damaged.exitCode == 65, "\(damaged.exitCode) \(damaged.stderr)")
    #expect(try other.record("rp_0002").uid == there.uid, "the run that was there is still there")
  }

  @Test("An archive that would unpack to too much is refused with the way to take it all the same, and that way works")
  func importLimit() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: big\nentrypoint: [head, -c, 300k, /dev/zero]\n")
    _ = try await home.runpilot("run", "a.yaml")
    #expect(try await home.runpilot("export", "rp_0001", "-o", "run.tar.gz").exitCode == 0)
    let other = try TestHome()
    let archive = home.project + "/run.tar.gz"
    let refused = try await other.runpilot("import", archive, environment: ["RUNPILOT_IMPORT_LIMIT": "200k"])
    #expect(refused.exitCode == 65 && refused.stderr.contains("more than 200 KiB"), "\(refused.stderr)")
    let advice = try #require(refused.stderr.split(separator: "`").map(String.init).first { $0.hasPrefix("RUNPILOT_IMPORT_LIMIT=") })
    let taken = try await other.shell(advice.replacing(" runpilot ", with: " \"$RUNPILOT\" "))
    #expect(taken.exitCode == 0, "\(taken.stderr)")
    #expect(try Files.size(other.folder("rp_0001").logs) == 300 << 10)
    let senseless = try await other.runpilot("import", archive, environment: ["RUNPILOT_IMPORT_LIMIT": "lots"])
    #expect(senseless.exitCode == 78 && senseless.stderr.contains("'lots'"), "\(senseless.stderr)")
  }

  @Test("delete removes a run that is over and refuses one that is alive")
  func delete() async throws {
    let home = try await homeWithRuns()
    #expect(try await home.runpilot("delete", "rp_0001", "--yes").exitCode == 0)
    #expect(!Files.exists(home.folder("rp_0001").path))
    try home.write("s.yaml", "name: s\nentrypoint: [sleep, '987']\n")
    #expect(try await home.runpilot("run", "s.yaml", "--detach").exitCode == 0)
    let refused = try await home.runpilot("delete", "@latest", "--yes")
    #expect(refused.exitCode == 77, "\(refused.stderr)")
    #expect(try await home.runpilot("stop", "@latest").exitCode == 0)
    _ = try await home.runpilot("attach", "@latest")
    #expect(try await home.runpilot("delete", "@latest", "--yes").exitCode == 0)
    #expect(!Files.exists(home.folder("rp_0004").path))
  }

  @Test("logs shows what there is, its tail, and follows to the end")
  func logs() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: l\nentrypoint: [sh, -c, 'seq 1 10; while [ ! -e go ]; do sleep 0.05; done; printf last; exit 5']\n")
    #expect(try await home.runpilot("run", "a.yaml", "--detach").exitCode == 0)
    try await eventually { ((try? home.log("rp_0001")) ?? "").hasSuffix("10\n") }
    #expect(try await home.runpilot("logs", "rp_0001", "--tail", "2").stdout == "9\n10\n")
    try home.write("go", "")
    let followed = try await home.runpilot("logs", "-f", "rp_0001", "--tail", "1")
    #expect(followed.exitCode == 5)
    #expect(followed.stdout.hasSuffix("last"))
  }

  @Test("Two runs at once in one new home get two ids")
  func concurrent() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: c\nentrypoint: [sh, -c, 'echo $RUNPILOT_RUN_ID']\n")
    let running = try (0..<8).map { _ in try home.start("run", "a.yaml") }
    var printed: Set<String> = []
    for run in running {
      let result = try await run.wait()
      #expect(result.exitCode == 0, "\(result.stderr)")
      printed.insert(result.stdout.trimmed())
    }
    #expect(printed == Set((1...8).map { "rp_000\($0)" }))
  }
}
