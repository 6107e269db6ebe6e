import Basics
import FoundationEssentials
import RunPilotTesting
import Testing
import TrainingModel

@Suite("Bad input", .serialized)
struct BadInputTests {
  struct Slip: Sendable, CustomTestStringConvertible {
    let yaml: String
    let says: [String]
    var code: Int32 = 65
    var testDescription: String { String(yaml.prefix(60)).replacing("\n", with: "⏎") }
  }

  @Test(
    "A run file with a mistake gets file, line, column and the way to mend it; nothing is started",
    arguments: [
      Slip(yaml: "name: a\nentrypoint: \"python -c 'print(\"hello\")'\"\n", says: ["bad.yaml:2:", "^"]),
      Slip(yaml: "name: a\n\tentrypoint: x\n", says: ["bad.yaml:2:1", "tab"]),
      Slip(yaml: "name a\nentrypoint: x\n", says: ["bad.yaml:", "colon"]),
      Slip(yaml: "name: a\nentrypoint: x\ngpu: \"false\"\n", says: ["bad.yaml:3:", "gpu"]),
      Slip(yaml: "name: a\nentrypoint: x\nimgae: y\n", says: ["bad.yaml:3:1", "image"]),
      Slip(yaml: "name: a\nname: b\nentrypoint: x\n", says: ["bad.yaml:2:1", "name"]),
      Slip(yaml: "", says: ["bad.yaml", "empty"]),
      Slip(yaml: "name: a\n", says: ["bad.yaml", "entrypoint"]),
      Slip(yaml: "name: a\nentrypoint: x\nresources: {memory: lots}\n", says: ["bad.yaml:3:", "lots"]),
      Slip(yaml: "name: a\nentrypoint: echo ${params.lr}\n", says: ["bad.yaml:2:", "lr"]),
    ])
  func runFile(_ slip: Slip) async throws {
    let home = try TestHome()
    try home.write("bad.yaml", slip.yaml)
    let run = try await home.runpilot("run", "bad.yaml")
    #expect(run.exitCode == 65 || run.exitCode == 78, "\(run.exitCode) \(run.stderr)")
    for words in slip.says { #expect(run.stderr.contains(words), "\(run.stderr)") }
    #expect(!Files.exists(home.path + "/runs/rp_0001"))
  }

  @Test("A folder, a binary file and a missing file are said to be what they are")
  func notARunFile() async throws {
    let home = try TestHome()
    try Files.createFolder(home.project + "/d.yaml")
    let folder = try await home.runpilot("run", "d.yaml")
    #expect(folder.exitCode == 65 || folder.exitCode == 78, "\(folder.exitCode)")
    #expect(folder.stderr.contains("folder") || folder.stderr.contains("directory"))
    try Files.writeAtomically([0, 1, 2, 0xFF, 0], to: home.project + "/b.yaml")
    #expect([65, 78].contains(try await home.runpilot("run", "b.yaml").exitCode))
    let missing = try await home.runpilot("run", "nope.yaml")
    #expect([65, 66].contains(missing.exitCode), "\(missing.exitCode)")
    #expect(missing.stderr.contains("nope.yaml"))
  }

  @Test(
    "A slip on the command line is one line, a suggestion, and 64",
    arguments: [["rnu", "a.yaml"], ["run", "--porvider", "x", "a.yaml"], ["run"], ["list", "--limit", "many"]])
  func usage(_ words: [String]) async throws {
    let home = try TestHome()
    let run = try await home.runpilot(words)
    #expect(run.exitCode == 64, "\(run.stderr)")
    #expect(run.stdout.isEmpty)
    #expect(!run.stderr.isEmpty)
  }

  @Test("An unknown run is 66, an unknown provider 78, both with a next step")
  func unknown() async throws {
    let home = try TestHome()
    #expect(try await home.runpilot("show", "rp_0042").exitCode == 66)
    try home.write("a.yaml", "name: a\nentrypoint: x\n")
    let run = try await home.runpilot("run", "a.yaml", "--provider", "lcoal")
    #expect(run.exitCode == 78, "\(run.stderr)")
    #expect(run.stderr.contains("local"))
  }

  @Test("A home that cannot be written is said to be so, and nothing is started")
  func unwritableHome() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: a\nentrypoint: [touch, started]\n")
    try home.write("not-a-folder", "")
    let run = try await home.runpilot("run", "a.yaml", environment: ["RUNPILOT_HOME": home.project + "/not-a-folder/home"])
    #expect(run.exitCode == 73, "\(run.exitCode) \(run.stderr)")
    #expect(!Files.exists(home.project + "/started"))
  }
}
