import Testing

/// Each rule is shown something that breaks it, and something that only looks so.
@Suite("Rules of the house")
struct RuleTests {
  private let manifest = Manifest(
    """
    func module(_ name: String) -> Target { .target(name: name, path: path ?? "Sources/\\(name)") }
    system("CSQLite", "sqlite3", apt: "libsqlite3-dev"),
    .target(name: "CSupport", path: "Sources/CSupport"),
    module("Basics"),  // the floor of all
    module(
      "RunStore",
      [
        "Basics", "SQLite",
      ]),
    plugin("LocalProvider", ["ProviderKit", "DockerProvider"]),
    root("runpilot", ["RunPilotCLI"]),
    .target(
      name: "RunPilotTesting", dependencies: ["Basics"], path: "Tests/RunPilotTesting"),
    tests("BasicsTests", ["Basics"], resources: [.copy("Vectors")]),
    """)

  private func source(_ text: String, path: String = "Sources/Basics/A.swift") -> SwiftSource { SwiftSource(path: path, text: text) }

  @Test("the manifest is read: names, folders, dependencies")
  func reading() {
    #expect(
      manifest.targets.map(\.folder) == [
        "Sources/CSQLite", "Sources/CSupport", "Sources/Basics", "Sources/RunStore", "Plugins/LocalProvider", "Sources/runpilot",
        "Tests/RunPilotTesting", "Tests/BasicsTests",
      ])
    #expect(manifest.target("RunStore")?.dependencies == ["Basics", "SQLite"])
    #expect(manifest.target("CSQLite")?.dependencies == [])
    #expect(manifest.target("RunPilotTesting")?.dependencies == ["Basics"])
    #expect(manifest.target("BasicsTests")?.dependencies == ["Basics"])
  }

  @Test(
    "arrows that point up are refused, others are not",
    arguments: [
      ("Basics", "TrainingModel", false), ("TrainingModel", "Basics", true), ("YAML", "Documents", true), ("Documents", "YAML", false),
      ("RunStore", "RunPilotCLI", false), ("RunPilotCLI", "RunStore", true), ("RunPilotCLI", "LocalProvider", false),
      ("runpilot", "BuiltinProviders", true), ("runpilot", "runpilot-agent", false), ("LocalProvider", "ProviderKit", true),
      ("LocalProvider", "DockerProvider", false), ("DockerProvider", "DockerSupport", true), ("DockerSupport", "DockerProvider", false),
      ("DockerSupport", "RunAgent", true), ("LocalProvider", "Orchestration", false), ("BuiltinProviders", "LocalProvider", true),
      ("BuiltinProviders", "RunStore", false), ("SafeCleanup", "TrainingModel", true), ("SafeCleanup", "Basics", false),
      ("Basics", "Unheard", false), ("Unheard", "Basics", false),
    ])
  func arrows(module: String, other: String, allowed: Bool) {
    #expect((Floors.objection(to: other, in: module) == nil) == allowed)
  }

  @Test("imports are found however they are written, and not in comments and strings")
  func imports() {
    let text = """
      public import Basics
      @testable import struct TrainingModel.Run
        internal import CSupport // why
      // import Hidden
      let a = \"\"\"
        import AlsoHidden
        \"\"\"
      """
    #expect(ImportRules.imports(of: source(text)).map(\.module) == ["Basics", "TrainingModel", "CSupport"])
  }

  @Test("undeclared, banned and unused modules are found")
  func undeclared() throws {
    let target = try #require(manifest.target("RunStore"))
    let findings = ImportRules.check([source("import Basics\nimport YAML\nimport Foundation\nimport Glibc\n")], of: target)
    #expect(findings.map(\.line) == [2, 3])
    #expect(
      ImportRules.unused([source("import Basics")], of: target).map(\.text) == [
        "RunStore declares SQLite, and none of its files imports it"
      ])
    #expect(ImportRules.arrows(manifest).contains { $0.text.contains("a provider never imports a provider") })
  }

  @Test(
    "vendors are found in names, words and comments, and not in other words",
    arguments: [
      ("let host = DOCKER_HOST", true), ("/// asks dockerd", true), ("AWSError()", true), ("let ec2 = 1", true), ("// on AWS.", true),
      ("draws laws of security2", false), ("runpilot", false), ("let claws = 3", false), ("NvidiaThing", true),
    ])
  func vendors(line: String, found: Bool) {
    #expect(WordRules.vendors(in: source(line)).isEmpty != found)
  }

  @Test(
    "words that crash or put off are found, and not inside strings",
    arguments: [
      ("let a = try! b()", true), ("let a = b as! Int", true), ("let a = \"try! b as! c\"", false), ("// TODO later", true),
      ("let todos = 1", false), ("let method = 1", false), ("let a = b as? Int", false),
    ])
  func traps(line: String, found: Bool) {
    #expect(WordRules.traps(in: source(line)).isEmpty != found)
  }

  @Test("a main() that does something itself is found")
  func entry() {
    let long = "@main\nenum Main {\n  static func main() {\n    a()\n    b()\n  }\n}\n"
    #expect(WordRules.entry(in: source(long)).map(\.line) == [3])
    #expect(WordRules.entry(in: source(long.replacing("    b()\n", with: ""))).isEmpty)
    #expect(LayoutRules.names(["Sources/runpilot/main.swift", "Sources/runpilot/Main.swift"]).count == 1)
  }

  @Test("long files and functions are found")
  func sizes() {
    let body = String(repeating: "    a()\n", count: 59)
    #expect(SizeRules.check(source("func long() {\n\(body)}\n")).map(\.text) == ["'func long' has 61 lines, more than 60"])
    #expect(SizeRules.check(source("func short() {\n\(body.dropFirst(8))}\n")).isEmpty)
    #expect(SizeRules.check(source(String(repeating: "\n", count: 501))).count == 1)
    #expect(SizeRules.check(source(String(repeating: "\n", count: 500))).isEmpty)
  }

  @Test("stray files, folders without a target, targets without a folder, and a wrong order are found")
  func layout() {
    #expect(LayoutRules.top(["README.md", "notes.txt"]).map(\.file) == ["notes.txt"])
    let findings = LayoutRules.targets(manifest, folders: manifest.targets.map(\.folder).dropLast() + ["Tests/LostTests"])
    #expect(findings.map(\.text) == ["no target in Package.swift", "no folder Tests/BasicsTests"])
    let swapped = Manifest("module(\"Documents\"), module(\"Basics\")")
    #expect(LayoutRules.order(swapped).contains { $0.text == "Documents stands where the floors have Basics" })
  }

  @Test("links to missing files and headings are found; addresses and code are left alone")
  func links() {
    let files = ["docs/a.md": "# Two words, here\n", "README.md": "", "docs/cli.md": "## `runpilot run`\n"]
    let text = """
      [x](a.md) [x](a.md#two-words-here) [x](../README.md) [x](cli.md#runpilot-run) [x](https://example.org/gone) [`a`](a.md)
      [x](gone.md) and [x](a.md#gone)
      `[x](gone.md)`
      ```
      [x](gone.md)
      ```
      """
    let rules = LinkRules(exists: { files.keys.contains($0) }, text: { $0 == "docs/b.md" ? text : files[$0] })
    #expect(rules.check("docs/b.md").map(\.line) == [2, 2])
  }
}
