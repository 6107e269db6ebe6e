import Basics
import Bundling
import FoundationEssentials
import RunPilotTesting
import Testing

/// What goes into a bundle is what git would take: compared with git itself, on trees and rules made by chance.
@Suite("Ignore rules")
struct IgnoreTests {
  /// What git leaves of a folder.
  private static func kept(byGit folder: String, in directory: String) async throws -> Set<String> {
    let words = ["git", "-C", directory, "ls-files", "-z", "--others", "--exclude-standard"]
    let result = try await Program(words, environment: gitEnvironment(folder), workingFolder: directory).wait()
    #expect(result.exitCode == 0, "\(result.stderr)")
    return Set(result.stdout.split(separator: "\0").map(String.init))
  }

  private static func gitEnvironment(_ home: String) -> [String: String] {
    [
      "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": home, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
      "LC_ALL": "C.UTF-8",
    ]
  }

  private static func repository() async throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let made = try await Program(["git", "init", "-q", folder.path], environment: gitEnvironment(folder.path), workingFolder: folder.path)
      .wait()
    #expect(made.exitCode == 0, "\(made.stderr)")
    return folder
  }

  private static func kept(byUs folder: String) throws -> Set<String> {
    let plan = try Bundler(cache: folder + "/.cache").plan(folder)
    return Set(plan.items.filter { $0.kind != .emptyFolder }.map(\.path))
  }

  @Test(
    "Rules that manuals speak of, and those they do not",
    arguments: [
      "*.log", "/a", "a", "a/", "a/b", "/a/b/", "**/b", "a/**", "a/**/c", "**/", "**", "*", "!*", "*\n!*/\n!*.py", "a/*\n!a/b", "a\n!a/b",
      "\\#x", "\\!x", "#x", "!x", " ", "x ", "x\\ ", "x\\  ", "[ab]", "[!ab]", "[^a]", "[a-b]*", "[]a]", "[a", "a]", "[[:alpha:]]",
      "[[:digit:][:upper:]]", "[[:nope:]]", "?", "a?b", "a\\", "\\a", "*/b", "b/*/c", "a**", "a**b", "**a", "/**/b", "/*/b", "*.*", ".*",
      "a//b", "/", "//", "x\r\n*.log\r", "\u{FEFF}a", "é*", "[é]", "b/**/", "*a*b*", "a/b/**", "a/**/**/c", "[a-]", "[\\]]", "[\\a-b]",
      "\t",
    ])
  func known(rules: String) async throws {
    let folder = try await Self.repository()
    let names = [
      "a", "b", "x", "x ", "x  ", "#x", "!x", "é", "a.log", "ab", "a]b", "[a", "1", "A", ".h", "m.py", "]", "-", "\\", "a\\", "\t",
    ]
    for name in names { try folder.write("t/" + name + "/deep/" + name, "") }
    for name in names { try folder.write("f/" + name, "") }
    for path in ["a/b/c", "a/c", "a/x/c", "a/x/y/c", "b/a/c", "b/x/c", "c", "z/b", "z/a/b"] { try folder.write(path, "") }
    try folder.write(".gitignore", rules)
    #expect(try await Self.kept(byGit: folder.path, in: folder.path) == Self.kept(byUs: folder.path), "\(rules)")
  }

  @Test("Trees and rules made by chance, in nested files", arguments: 0..<60)
  func chance(seed: UInt64) async throws {
    var random = SplitMix(seed: seed)
    let folder = try await Self.repository()
    let parts = ["a", "b", "ab", "abc", "c.py", "d.log", "x y", ".h", "é"]
    func path() -> String {
      (0..<Int.random(in: 1...4, using: &random)).map { _ in parts.randomElement(using: &random) ?? "a" }.joined(separator: "/")
    }
    for _ in 0..<60 { try? folder.write(path(), "") }
    func rule() -> String {
      let pieces = parts + ["*", "?", "**", "*.py", "a*", "[ab]", "[!a]*", "*b", "??", "\\a", "[[:alpha:]]*"]
      let count = Int.random(in: 1...3, using: &random)
      let body = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "a" }.joined(separator: "/")
      let start = ["", "", "/", "!", "!", "!/", "**/"].randomElement(using: &random) ?? ""
      return start + body + (["", "", "/", "/**", " "].randomElement(using: &random) ?? "")
    }
    for place in ["", "a/", "ab/", "b/a/"] where place.isEmpty || Files.isFolder(folder.path + "/" + place) {
      let text = (0..<Int.random(in: 1...6, using: &random)).map { _ in rule() }.joined(separator: "\n")
      try folder.write(place + ".gitignore", text)
    }
    let git = try await Self.kept(byGit: folder.path, in: folder.path)
    let ours = try Self.kept(byUs: folder.path)
    #expect(git == ours, "git alone \(git.subtracting(ours).sorted()), we alone \(ours.subtracting(git).sorted())")
    // A project that is a folder of a repository is ruled by the files above it, too.
    for place in ["a", "b", "ab"] where git.contains(where: { $0.hasPrefix(place + "/") }) {
      let inner = try await Self.kept(byGit: folder.path, in: folder.path + "/" + place)
      #expect(try Self.kept(byUs: folder.path + "/" + place) == inner, "below \(place)")
    }
  }

  @Test(".runpilotignore speaks the same language, and has the last word in its folder")
  func own() throws {
    let folder = try TemporaryFolder()
    for path in ["data/big", "data/small", "train.py", "notes.md", "keep.log"] { try folder.write(path, "") }
    try folder.write(".gitignore", "*.log\n")
    try folder.write(".runpilotignore", "/data/*\n!/data/small\n*.md\n!keep.log\n")
    #expect(try Self.kept(byUs: folder.path) == [".gitignore", ".runpilotignore", "data/small", "train.py", "keep.log"])
  }

  @Test("A pattern that other matchers choke on ends at once")
  func noBlowUp() throws {
    let folder = try TemporaryFolder()
    try folder.write(String(repeating: "a", count: 200), "")
    try folder.write(".gitignore", String(repeating: "a*", count: 40) + "b\n" + String(repeating: "**/*a", count: 20) + "/b")
    let started = ContinuousClock.now
    #expect(try Self.kept(byUs: folder.path).count == 2)
    #expect(ContinuousClock.now - started < .seconds(20))
  }
}

/// Chance that repeats (Sebastiano Vigna, splitmix64).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
