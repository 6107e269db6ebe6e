/// The ignore files from a tree's root down to one folder: the deepest that says anything decides.
public struct IgnoreStack: Sendable {
  private struct Level: Sendable {
    /// The folder of the file, from the tree's root; empty for the root itself.
    var folder: String
    var rules: IgnoreRules
  }
  private var levels: [Level] = []

  /// No ignore file.
  public init() {}

  /// The stack of a folder further down, with the rules that stand there.
  public func entering(_ folder: String, _ rules: IgnoreRules) -> IgnoreStack {
    guard !rules.isEmpty else { return self }
    var deeper = self
    deeper.levels.append(Level(folder: folder, rules: rules))
    return deeper
  }

  /// Whether a path is ignored; the folders above it are known not to be.
  /// - Parameter path: from the tree's root.
  public func ignores(_ path: String, isFolder: Bool) -> Bool {
    for level in levels.reversed() {
      let relative = level.folder.isEmpty ? path[...] : path.dropFirst(level.folder.count + 1)
      if let verdict = level.rules.verdict(on: relative, isFolder: isFolder) { return verdict == .ignored }
    }
    return false
  }
}
