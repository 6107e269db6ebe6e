import Basics
import Glibc

/// Copies the files that a run's `outputs` globs name from the job's working folder into the run folder.
///
/// `*`, `?` and `[…]` stay within a path component, `**` spans any number; a folder that matches is kept whole. Links are never followed: not
/// the file that is one, not the folder on the way.
struct OutputKeeper {
  private let source: String
  private let target: String
  private var kept: Set<String> = []
  private var links = 0
  private var failures: [String] = []
  private let longestReport = 5

  /// Copies what `globs` name; the run folder itself is never among it.
  /// - Returns: what was not kept, in words.
  static func keep(_ globs: [String], from source: String, to target: String) -> [String] {
    var keeper = OutputKeeper(source: source, target: target)
    var warnings: [String] = []
    for glob in globs {
      let parts = glob.split(separator: "/").map(String.init).filter { $0 != "." }
      guard !glob.hasPrefix("/"), !parts.contains(".."), !parts.isEmpty else {
        warnings.append("outputs: '\(glob)' is not below the working folder, and was passed over")
        continue
      }
      let before = keeper.kept.count
      keeper.expand(parts[...], at: "")
      if keeper.kept.count == before { warnings.append("outputs: '\(glob)' matched no file") }
    }
    return warnings + keeper.report
  }

  private init(source: String, target: String) {
    self.source = source
    self.target = target
  }

  private var report: [String] {
    var report = failures.prefix(longestReport).map { "outputs: \($0)" }
    if failures.count > longestReport { report.append("outputs: \(failures.count - longestReport) more files could not be kept") }
    if links > 0 { report.append("outputs: \(links) symbolic links were passed over") }
    return report
  }

  private mutating func expand(_ parts: ArraySlice<String>, at path: String) {
    guard let part = parts.first else { return keep(path) }
    let rest = parts.dropFirst()
    if part == "**" {
      expand(rest, at: path)
      for name in names(in: path) where !name.hasPrefix(".") && kind(of: join(path, name)) == S_IFDIR {
        expand(parts, at: join(path, name))
      }
      return
    }
    let isPattern = part.contains { "*?[".contains($0) }
    for name in isPattern ? names(in: path).filter({ fnmatch(part, $0, FNM_PERIOD) == 0 }) : [part] {
      let next = join(path, name)
      switch kind(of: next) {
      case S_IFLNK: links += 1
      case S_IFDIR: expand(rest, at: next)
      case S_IFREG where rest.isEmpty: keep(next)
      default: break
      }
    }
  }

  private func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : path + "/" + name }
  private func full(_ path: String) -> String { path.isEmpty ? source : source + "/" + path }
  private func names(in path: String) -> [String] { ((try? Files.names(in: full(path))) ?? []).sorted() }

  private func kind(of path: String) -> mode_t? {
    var info = stat()
    return lstat(full(path), &info) == 0 ? info.st_mode & S_IFMT : nil
  }

  private mutating func keep(_ path: String) {
    // A run folder below the working folder must not be copied into itself.
    guard !path.isEmpty, !(full(path) + "/").hasPrefix(Paths.parent(of: target) + "/"), !kept.contains(path) else { return }
    switch kind(of: path) {
    case S_IFLNK: links += 1
    case S_IFDIR: for name in names(in: path) { keep(join(path, name)) }
    case S_IFREG:
      kept.insert(path)
      do throws(SystemError) {
        try Files.createFolder(Paths.parent(of: target + "/" + path))
        try Self.copy(full(path), to: target + "/" + path)
      } catch {
        failures.append(error.message)
      }
    default: break
    }
  }

  private static func copy(_ source: String, to target: String) throws(SystemError) {
    let input = try Descriptor.open(source, O_RDONLY | O_NOFOLLOW)
    var info = stat()
    fstat(input.raw, &info)
    let output = try Descriptor.open(target, O_WRONLY | O_CREAT | O_TRUNC, mode: info.st_mode & 0o777)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
      let count = read(input.raw, buffer.baseAddress, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw SystemError("read", source) }
      guard count > 0 else { return }
      if let code = Descriptor.writeAll(UnsafeRawBufferPointer(rebasing: buffer[0..<count]), to: output.raw) {
        throw SystemError("write", target, code: code)
      }
    }
  }
}
