/// Path arithmetic on strings; touches no disk.
public enum Paths {
  /// Everything before the last component: `/a/b` → `/a`, `b` → `.`, `/` → `/`.
  public static func parent(of path: String) -> String {
    let trimmed = dropTrailingSlashes(path)
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    return slash == trimmed.startIndex ? "/" : dropTrailingSlashes(String(trimmed[..<slash]))
  }

  /// The last component: `/a/b/` → `b`.
  public static func name(of path: String) -> String {
    let trimmed = dropTrailingSlashes(path)
    guard let slash = trimmed.lastIndex(of: "/"), trimmed.count > 1 else { return trimmed }
    return String(trimmed[trimmed.index(after: slash)...])
  }

  /// `path` as seen from `base`: unchanged when absolute, else joined; `~/` is the home folder when one is given.
  public static func resolve(_ path: String, from base: String, home: String? = nil) -> String {
    if let home, path == "~" || path.hasPrefix("~/") { return normalize(home + path.dropFirst(1)) }
    return normalize(path.hasPrefix("/") ? path : base + "/" + path)
  }

  /// Removes `.`, `..` and doubled slashes by spelling alone (links are not followed).
  public static func normalize(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/", omittingEmptySubsequences: true) where part != "." {
      if part == ".." && !parts.isEmpty && parts.last != ".." {
        parts.removeLast()
      } else if part != ".." || !path.hasPrefix("/") {
        parts.append(part)
      }
    }
    let joined = parts.joined(separator: "/")
    return path.hasPrefix("/") ? "/" + joined : (joined.isEmpty ? "." : joined)
  }

  private static func dropTrailingSlashes(_ path: String) -> String {
    var path = Substring(path)
    while path.count > 1 && path.hasSuffix("/") { path = path.dropLast() }
    return String(path)
  }
}
