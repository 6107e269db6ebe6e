import Testing

@Suite("The house")
struct HouseTests {
  private let repository = Repository()
  /// Every file of ours, read once.
  private static let sources = Result { try ["Sources", "Plugins", "Tests"].flatMap(Repository().sources) }

  private func manifest() throws -> Manifest { Manifest(try repository.text("Package.swift")) }

  private func sources(below folders: String...) throws -> [SwiftSource] {
    try Self.sources.get().filter { source in folders.contains { source.path.hasPrefix($0 + "/") } }
  }

  @Test("imports go down the floors, and every one of them is declared")
  func imports() throws {
    let manifest = try manifest()
    let findings = try manifest.targets.flatMap { ImportRules.check(try sources(below: $0.folder), of: $0) }
    #expect(findings.isEmpty, "\(findings.listed)")
    #expect(ImportRules.arrows(manifest).isEmpty, "\(ImportRules.arrows(manifest).listed)")
  }

  @Test("what is declared is imported")
  func unused() throws {
    let findings = try manifest().targets.filter { !$0.folder.hasPrefix("Tests/") }
      .flatMap { ImportRules.unused(try sources(below: $0.folder), of: $0) }
    #expect(findings.isEmpty, "\(findings.listed)")
  }

  @Test("no vendor's name stands under Sources outside the roots")
  func vendors() throws {
    let roots = Floors.roots.map { "Sources/\($0)/" }
    let sources = try sources(below: "Sources").filter { source in !roots.contains { source.path.hasPrefix($0) } }
    #expect(sources.count > 100)
    let findings = sources.flatMap(WordRules.vendors)
    #expect(findings.isEmpty, "\(findings.listed)")
  }

  @Test("no file is longer than 500 lines, no function longer than 60")
  func sizes() throws {
    let findings = try sources(below: "Sources", "Plugins", "Tests").flatMap(SizeRules.check)
    #expect(findings.isEmpty, "\(findings.listed)")
  }

  @Test("nothing that crashes or was put off, and main() hands over in one line")
  func words() throws {
    let sources = try sources(below: "Sources", "Plugins")
    let findings = sources.flatMap(WordRules.traps) + sources.flatMap(WordRules.entry)
    #expect(findings.isEmpty, "\(findings.listed)")
  }

  @Test("every folder is a target in the order of the floors, and the top level holds what it should")
  func layout() throws {
    let manifest = try manifest()
    let folders = try ["Sources", "Plugins", "Tests"].flatMap { home in try repository.folders(in: home).map { "\(home)/\($0)" } }
    let findings =
      LayoutRules.top(try repository.names(in: "")) + LayoutRules.targets(manifest, folders: folders) + LayoutRules.order(manifest)
      + LayoutRules.names(try sources(below: "Sources", "Plugins", "Tests").map(\.path))
    #expect(findings.isEmpty, "\(findings.listed)")
  }

  @Test("links in the documents lead somewhere")
  func links() throws {
    let rules = LinkRules(exists: repository.exists, text: { try? repository.text($0) })
    let files =
      try ["docs", "dev", "Sources", "Plugins", "Tests"].flatMap { try repository.files(below: $0, suffix: ".md") } + ["README.md"]
    #expect(files.count > 5)
    let findings = files.flatMap(rules.check)
    #expect(findings.isEmpty, "\(findings.listed)")
  }
}
