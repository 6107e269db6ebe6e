import Basics
import Ignoring

/// What is left out of a transfer, on both sides alike: what the user excludes, and what `.runpilotignore` files of the local folder say.
struct PathFilter: Sendable {
  /// The name of the files whose rules count. Not `.gitignore`: what a repository must not hold, such as checkpoints, is what is stored elsewhere.
  static let file = ".runpilotignore"

  private let excluded: IgnoreRules
  private var rules: [String: IgnoreRules] = [:]

  init(exclude: [String]) { excluded = IgnoreRules(exclude.joined(separator: "\n")) }

  /// Reads the rules of one folder.
  /// - Parameter folder: from the root; empty for the root itself.
  mutating func read(_ folder: String, below root: String) {
    let path = (folder.isEmpty ? root : root + "/" + folder) + "/" + Self.file
    let read = IgnoreRules((try? Files.readText(path, limit: 1 << 20)) ?? "")
    if !read.isEmpty { rules[folder] = read }
  }

  /// Whether a path is left out, or a folder above it.
  func ignores(_ path: String, isFolder: Bool = false) -> Bool {
    var stack = stack(IgnoreStack(), "")
    var end = path.startIndex
    while let slash = path[end...].firstIndex(of: "/") {
      let folder = String(path[..<slash])
      if ignores(folder, true, stack) { return true }
      stack = self.stack(stack, folder)
      end = path.index(after: slash)
    }
    return ignores(path, isFolder, stack)
  }

  private func ignores(_ path: String, _ isFolder: Bool, _ stack: IgnoreStack) -> Bool {
    // What was typed wins over what is written.
    if let verdict = excluded.verdict(on: path, isFolder: isFolder) { return verdict == .ignored }
    return stack.ignores(path, isFolder: isFolder)
  }

  private func stack(_ stack: IgnoreStack, _ folder: String) -> IgnoreStack {
    rules[folder].map { stack.entering(folder, $0) } ?? stack
  }
}
