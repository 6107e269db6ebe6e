import CommandLineKit
import FoundationEssentials
import Glibc
import Testing

@Suite struct CompletionTests {
  /// What a shell script prints.
  static func output(of shell: String, _ script: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "completion-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["one.py", "two.txt", "three.yaml"] { try Data().write(to: folder.appending(path: name)) }
    try FileManager.default.createDirectory(at: folder.appending(path: "sub"), withIntermediateDirectories: true)
    try Data(script.utf8).write(to: folder.appending(path: ".script"))
    guard let pipe = popen("cd '\(folder.path)' && \(shell) ./.script 2>&1", "r") else { return "popen failed" }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer[..<count] }
    let status = pclose(pipe)
    return String(decoding: bytes, as: UTF8.self) + (status == 0 ? "" : "status \(status)")
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let words: [String]
    let offers: [String]
    init(_ words: [String], _ offers: [String]) {
      self.words = words
      self.offers = offers
    }
    var testDescription: String { words.joined(separator: " ") }
  }

  @Test(
    "Bash offers what fits where the cursor is",
    arguments: [
      Case(["pilot", ""], ["config", "plugins", "train"]),
      Case(["pilot", "t"], ["train"]),
      Case(["pilot", "config", ""], ["set", "show"]),
      Case(["pilot", "config", "--o"], ["--origin"]),
      Case(["pilot", "train", "--d"], ["--detach"]),
      Case(["pilot", "train", "--no"], ["--no-color"]),
      Case(["pilot", "train", "--speed", ""], ["fast", "slow"]),
      Case(["pilot", "train", "--speed", "=", "f"], ["fast"]),
      Case(["pilot", "train", "--speed", "="], ["fast", "slow"]),
      Case(["pilot", "train", ""], ["one.py", "sub"]),
      Case(["pilot", "train", "-f", ""], ["sub", "two.txt"]),
      Case(["pilot", "train", "-p", ""], ["here", "there"]),
      Case(["pilot", "train", "one.py", "--", "th"], ["three.yaml"]),
    ])
  func bash(_ test: Case) throws {
    let words = test.words.map { "'\($0)'" }.joined(separator: " ")
    let script =
      Shell.bash.completionScript(for: Sample.root.outline) + """
        pilot() { [[ "$*" == "train -q" ]] && printf 'here\\nthere\\n'; }
        COMP_WORDS=(\(words)); COMP_CWORD=\(test.words.count - 1)
        _pilot pilot "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\\n' "${COMPREPLY[@]}" | sort

        """
    let offers = try Self.output(of: "bash", script).split(separator: "\n").map(String.init)
    #expect(offers == test.offers)
  }

  @Test(
    "Fish, where it is, offers the same",
    arguments: [
      ("pilot con", ["config"]), ("pilot config ", ["set", "show"]), ("pilot train -p ", ["here", "there"]),
      ("pilot train --speed f", ["fast"]),
    ])
  func fish(_ line: String, _ offers: [String]) throws {
    if !Self.isInstalled(.fish) { return }
    let script =
      Shell.fish.completionScript(for: Sample.root.outline) + """
        function pilot; test "$argv" = "train -q"; and printf 'here\\nthere\\n'; end
        complete -C '\(line)' | string replace -r '\\t.*' '' | sort

        """
    #expect(try Self.output(of: "fish -N", script).split(separator: "\n").map(String.init) == offers)
  }

  @Test("Shells that are here accept their script", arguments: [Shell.bash, .zsh, .fish])
  func syntax(_ shell: Shell) throws {
    if shell != .bash, !Self.isInstalled(shell) { return }
    #expect(try Self.output(of: "\(shell.rawValue) -n", shell.completionScript(for: Sample.root.outline)) == "")
  }

  /// bash is everywhere; the other shells are tried where they are.
  static func isInstalled(_ shell: Shell) -> Bool { ["/usr/bin/", "/bin/"].contains { access($0 + shell.rawValue, X_OK) == 0 } }
}
