import Basics
import FoundationEssentials
import Subprocessing
import TrainingModel

/// The state of the code when a run began, as git tells it. Read-only: takes no lock in the repository.
struct GitSnapshot: Sendable {
  /// The most of a patch that is kept.
  static let longestPatch = 10_000_000

  let project: String
  let environment: [String: String]
  /// Hides secrets that stand in uncommitted code.
  let mask: SecretMask?

  /// What was found; `state` is nil outside a repository.
  struct Finding: Sendable {
    var state: GitState?
    var patch: [UInt8]?
    var warnings: [String] = []
  }

  /// Whether `folder` lies in a working tree, by looks alone: costs nothing where there is no repository.
  static func isInRepository(_ folder: String) -> Bool {
    var place = folder
    while true {
      if Files.exists(place + "/.git") { return true }
      let parent = Paths.parent(of: place)
      guard parent != place, parent != "." else { return false }
      place = parent
    }
  }

  /// Asks git, for ten seconds at most.
  func take() async -> Finding {
    guard Self.isInRepository(project) else { return Finding() }
    async let remote = git(["config", "--get", "remote.origin.url"])
    guard let status = await git(["status", "--porcelain=v2", "--branch", "-z", "--untracked-files=normal"]) else {
      _ = await remote
      return Finding(warnings: ["this is a git repository, but there is no git to ask for its state"])
    }
    guard status.end.isSuccess else {
      _ = await remote
      let why = status.wasCut ? "it did not answer in time" : String(status.errorText.prefix { $0 != "\n" })
      return Finding(warnings: ["the state of the code is not recorded: git: \(why)"])
    }
    var finding = Finding(state: Self.parse(status: status.output))
    finding.state?.remote = await remote.flatMap { $0.end.isSuccess ? Self.withoutCredentials($0.text) : nil }
    if !status.isComplete { finding.warnings.append("git's list of changed files was too long, and is cut") }
    if finding.state?.dirty == true, finding.state?.commit != nil { await addPatch(&finding) }
    return finding
  }

  private func addPatch(_ finding: inout Finding) async {
    let arguments = ["diff", "HEAD", "--binary", "--no-color", "--no-ext-diff", "--no-textconv"]
    guard let diff = await git(arguments, limit: Self.longestPatch), !diff.output.isEmpty else {
      finding.warnings.append("the uncommitted changes are not recorded: git diff failed")
      return
    }
    finding.state?.patch = true
    finding.state?.patchBytes = diff.outputBytes
    finding.state?.patchTruncated = !diff.isComplete
    finding.patch = hidingSecrets(diff.output)
    if !diff.isComplete {
      finding.warnings.append(
        "code.patch is cut: it has the first \(diff.output.count) of \(diff.outputBytes) bytes of uncommitted changes")
    }
  }

  private func hidingSecrets(_ bytes: [UInt8]) -> [UInt8] {
    guard var mask else { return bytes }
    return bytes.withUnsafeBytes { mask.mask($0) } + mask.finish()
  }

  private func git(_ arguments: [String], limit: Int = 4 << 20) async -> Command.Outcome? {
    var environment = environment
    environment["GIT_OPTIONAL_LOCKS"] = "0"
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["LC_ALL"] = "C"
    return try? await Command(["git", "-C", project] + arguments, environment: environment, limit: limit, deadline: .seconds(10)).run()
  }

  /// Reads `git status --porcelain=v2 --branch -z` (git-status(1)).
  static func parse(status: [UInt8]) -> GitState {
    var state = GitState(commit: nil, branch: nil, dirty: false)
    var skipsNext = false
    for field in status.split(separator: 0) {
      // The old name of a renamed file stands in a field of its own.
      if skipsNext {
        skipsNext = false
        continue
      }
      let text = String(decoding: field, as: UTF8.self)
      if text.hasPrefix("# branch.oid ") {
        let commit = String(text.dropFirst(13))
        state.commit = commit == "(initial)" ? nil : commit
      } else if text.hasPrefix("# branch.head ") {
        let branch = String(text.dropFirst(14))
        state.branch = branch == "(detached)" ? nil : branch
      } else if text.hasPrefix("? ") {
        if state.untracked.count < 100 { state.untracked.append(String(text.dropFirst(2))) }
      } else if !text.hasPrefix("# ") && !text.hasPrefix("! ") {
        state.dirty = true
        skipsNext = text.hasPrefix("2 ")
      }
    }
    return state
  }

  /// `https://user:token@host/x` → `https://host/x`. The user of `git@host:x` is part of the address and no secret.
  static func withoutCredentials(_ address: String) -> String {
    guard let scheme = address.firstRange(of: "://") else { return address }
    let rest = address[scheme.upperBound...]
    let host = rest.prefix { $0 != "/" }
    guard let at = host.lastIndex(of: "@") else { return address }
    return String(address[..<scheme.upperBound] + rest[rest.index(after: at)...])
  }
}
