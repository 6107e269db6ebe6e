/// Where files may lie.
enum LayoutRules {
  /// The top level, hidden names aside.
  static let top: Set<String> = [
    "Package.swift", "providers.toml", "README.md", "LICENSE", "Makefile", "docs", "Sources", "Plugins", "Tests", "dev",
  ]

  static func top(_ names: [String]) -> [Finding] {
    names.filter { !top.contains($0) }.map { Finding($0, "nothing but \(top.sorted().joined(separator: ", ")) lies at the top") }
  }

  /// Folders without a target, and targets without a folder.
  static func targets(_ manifest: Manifest, folders: [String]) -> [Finding] {
    let declared = Set(manifest.targets.map(\.folder))
    return folders.filter { !declared.contains($0) }.map { Finding($0, "no target in Package.swift") }
      + declared.subtracting(folders).sorted().map { Finding("Package.swift", "no folder \($0)") }
  }

  /// Targets out of the order of the floors: the manifest is read top-down.
  static func order(_ manifest: Manifest) -> [Finding] {
    let wanted: [String] = Floors.house.dropLast().flatMap { $0 } + Floors.plugins + Floors.roots
    let found = manifest.targets.map(\.name).filter { wanted.contains($0) }
    let missing = wanted.filter { !found.contains($0) }.map { Finding("Floors.swift", "\($0) is no target in Package.swift") }
    let present = wanted.filter { found.contains($0) }
    let swapped = zip(found, present).first { $0 != $1 }
    return missing + (swapped.map { [Finding("Package.swift", "\($0) stands where the floors have \($1)")] } ?? [])
  }

  static func names(_ files: [String]) -> [Finding] {
    files.filter { $0.hasSuffix("/main.swift") }
      .map { Finding($0, "top-level code runs on the main actor, silently: give a type @main and a one-line main()") }
  }
}
