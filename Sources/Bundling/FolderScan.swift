import Basics
import Glibc
import Ignoring

/// Walks a folder as git would: ignore files of the folders above it, up to the repository, and of every folder below.
struct FolderScan {
  private let root: String
  private let never: NeverPacked
  private let limit: ByteSize
  private var plan: BundlePlan
  /// The path of `root` in its repository, with a slash at the end; empty when it is the repository, or in none.
  private var above = ""

  static func plan(_ folder: String, never: NeverPacked, limit: ByteSize) throws -> BundlePlan {
    var scan = FolderScan(root: folder, never: never, limit: limit)
    let stack = scan.stackAbove()
    try scan.visit("", stack)
    scan.plan.items.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    scan.plan.omissions.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    return scan.plan
  }

  private init(root: String, never: NeverPacked, limit: ByteSize) {
    self.root = root
    self.never = never
    self.limit = limit
    plan = BundlePlan(folder: root)
  }

  /// The ignore files above the folder, when it lies in a repository.
  private mutating func stackAbove() -> IgnoreStack {
    var folders: [String] = []
    var top = root
    while !Files.exists(top + "/.git") {
      let parent = Paths.parent(of: top)
      guard parent != top else { return IgnoreStack() }
      folders.append(parent)
      top = parent
    }
    guard top != root else { return IgnoreStack().entering("", exclusions(top)) }
    above = root.dropFirst(top == "/" ? 1 : top.count + 1) + "/"
    return folders.reversed().reduce(IgnoreStack().entering("", exclusions(top))) { stack, folder in
      stack.entering(String(folder.dropFirst(top.count).drop { $0 == "/" }), Self.rules(in: folder))
    }
  }

  /// What a repository leaves out for this machine alone.
  private func exclusions(_ repository: String) -> IgnoreRules {
    IgnoreRules((try? Files.readText(repository + "/.git/info/exclude", limit: 1 << 20)) ?? "")
  }

  private static func rules(in folder: String) -> IgnoreRules {
    [".gitignore", ".runpilotignore"].reduce(IgnoreRules()) { rules, name in
      rules.then(IgnoreRules((try? Files.readText(folder + "/" + name, limit: 16 << 20)) ?? ""))
    }
  }

  private mutating func visit(_ folder: String, _ stack: IgnoreStack) throws {
    let full = folder.isEmpty ? root : root + "/" + folder
    let inside = folder.isEmpty ? String(above.dropLast()) : above + folder
    let stack = stack.entering(inside, Self.rules(in: full))
    let names = try Files.names(in: full)
    if names.isEmpty, !folder.isEmpty { plan.items.append(BundlePlan.Item(path: folder, kind: .emptyFolder, bytes: 0)) }
    for name in names where !Self.machinery.contains(name) {
      let path = folder.isEmpty ? name : folder + "/" + name
      var info = stat()
      guard lstat(root + "/" + path, &info) == 0 else {
        omit(path, name.unicodeScalars.contains("\u{FFFD}") ? "its name is not UTF-8" : "it cannot be looked at")
        continue
      }
      let isFolder = info.st_mode & S_IFMT == S_IFDIR
      if let reason = never.reason(path, isFolder: isFolder) {
        omit(path, reason)
      } else if stack.ignores(above + path, isFolder: isFolder) {
        plan.ignored += 1
      } else if isFolder {
        try visit(path, stack)
      } else {
        try take(path, info)
      }
    }
  }

  /// What version control keeps for itself.
  private static let machinery: Set<String> = [".git", ".hg", ".svn", ".jj"]

  private mutating func take(_ path: String, _ info: stat) throws {
    switch info.st_mode & S_IFMT {
    case S_IFREG:
      if let reason = never.reason(firstBytes: try firstBytes(of: path)) { return omit(path, reason) }
      plan.items.append(BundlePlan.Item(path: path, kind: .file(executable: info.st_mode & 0o111 != 0), bytes: Int64(info.st_size)))
      plan.bytes += Int64(info.st_size)
      guard plan.bytes <= limit.bytes else {
        let largest = plan.items.sorted { $0.bytes > $1.bytes }.prefix(3).map { ($0.path, $0.bytes) }
        throw BundleError.tooLarge(root, limit: limit, largest: largest)
      }
    case S_IFLNK: takeLink(path)
    default: omit(path, "it is neither a file nor a folder")
    }
  }

  /// A link goes along as a link, when it leads to something inside.
  private mutating func takeLink(_ path: String) {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink(root + "/" + path, &buffer, buffer.count)
    let target = String(decoding: buffer[0..<max(0, count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let end = Paths.normalize(Paths.parent(of: path) + "/" + target)
    guard count > 0, !target.hasPrefix("/"), end != "..", !end.hasPrefix("../") else {
      return omit(path, "it is a link to \(target), outside of the folder")
    }
    plan.items.append(BundlePlan.Item(path: path, kind: .link(target: target), bytes: 0))
  }

  private func firstBytes(of path: String) throws -> [UInt8] {
    let file = try Descriptor.open(root + "/" + path, O_RDONLY | O_NOFOLLOW)
    var buffer = [UInt8](repeating: 0, count: 1_024)
    let count = read(file.raw, &buffer, buffer.count)
    return Array(buffer[0..<max(0, count)])
  }

  private mutating func omit(_ path: String, _ reason: String) { plan.omissions.append(BundlePlan.Omission(path: path, reason: reason)) }
}
