/// What a file may import.
enum ImportRules {
  /// Comes with the toolchain; everything else must be declared.
  static let toolchain: Set<String> = ["Dispatch", "FoundationEssentials", "Glibc", "Swift", "Synchronization", "Testing"]
  /// Modules that must not be linked at all, and why.
  static let banned = [
    "Foundation": "it brings ICU and doubles start-up: import FoundationEssentials",
    "FoundationNetworking": "it costs every command 5 ms: use HTTPDirect",
    "XCTest": "tests are written with Testing",
  ]

  struct Import: Equatable {
    let line: Int
    let module: String
  }

  static func imports(of source: SwiftSource) -> [Import] {
    source.lines.enumerated().compactMap { index, line in
      let words = line.split(separator: " ")
      guard let at = words.firstIndex(of: "import"), words[..<at].allSatisfy({ $0.hasPrefix("@") || modifiers.contains($0) }) else {
        return nil
      }
      let rest = words[(at + 1)...].drop { kinds.contains($0) }
      return rest.first.map { Import(line: index + 1, module: String($0.prefix { $0 != "." })) }
    }
  }

  private static let modifiers: Set<Substring> = ["public", "package", "internal", "fileprivate", "private"]
  private static let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]

  /// Modules that are not declared, that are banned, or that stand higher.
  static func check(_ sources: [SwiftSource], of target: Manifest.Target) -> [Finding] {
    sources.flatMap { source in
      imports(of: source).compactMap { found in
        objection(to: found.module, in: target).map { Finding(source.path, found.line, $0) }
      }
    }
  }

  private static func objection(to module: String, in target: Manifest.Target) -> String? {
    if let why = banned[module] { return "import \(module): \(why)" }
    if toolchain.contains(module) { return nil }
    guard target.dependencies.contains(module) else {
      return "\(target.name) imports \(module), which Package.swift does not declare for it"
    }
    return target.folder.hasPrefix("Tests/") ? nil : Floors.objection(to: module, in: target.name)
  }

  /// Dependencies that no file of the target imports.
  static func unused(_ sources: [SwiftSource], of target: Manifest.Target) -> [Finding] {
    let imported = Set(sources.flatMap { imports(of: $0).map(\.module) })
    return target.dependencies.subtracting(imported).sorted()
      .map { Finding("Package.swift", "\(target.name) declares \($0), and none of its files imports it") }
  }

  /// Declared arrows that point up, whether a file uses them yet or not.
  static func arrows(_ manifest: Manifest) -> [Finding] {
    manifest.targets.filter { !$0.folder.hasPrefix("Tests/") }.flatMap { target in
      target.dependencies.sorted().compactMap { Floors.objection(to: $0, in: target.name) }.map { Finding("Package.swift", $0) }
    }
  }
}

extension Finding {
  init(_ file: String, _ text: String) { self.init(file, 1, text) }
}
