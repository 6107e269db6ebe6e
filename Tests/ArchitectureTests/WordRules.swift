/// Words that must not stand in code.
enum WordRules {
  /// Names that tell a vendor wherever they stand in a word.
  static let vendors = ["docker", "moby", "podman", "nvidia", "runpod", "lyceum", "slurm", "kubernetes", "azure"]
  /// Names that are parts of other words, so only count as words of their own: AWSError, but not draws.
  static let shortVendors: Set<String> = ["aws", "ec2", "gcp"]

  /// A vendor's name, in code or in words about it: the core knows none.
  static func vendors(in source: SwiftSource) -> [Finding] {
    each(line: source.text).compactMap { number, line in
      let lower = line.lowercased()
      let name = vendors.first { lower.contains($0) } ?? words(in: line, amongst: shortVendors).first
      return name.map { Finding(source.path, number, "the vendor's name '\($0)': only Plugins/ and the roots know vendors") }
    }
  }

  private static let traps = [
    ("try!", "a crash: throw, or say in a typed error what went wrong"),
    ("as!", "a crash: use as? and an error"),
    ("nonisolated static func main", "main() cannot leave the main actor: hand over in one line"),
  ]

  /// Words that crash, or that promise work that was not done.
  static func traps(in source: SwiftSource) -> [Finding] {
    let code = each(line: source.code).flatMap { number, line in
      traps.filter { line.contains($0.0) }.map { Finding(source.path, number, "\($0.0): \($0.1)") }
    }
    let promises = each(line: source.text).compactMap { number, line -> Finding? in
      words(in: line, amongst: ["todo", "fixme", "xxx"]).first.map {
        Finding(source.path, number, "\($0.uppercased()): do it, or file an issue")
      }
    }
    return code + promises
  }

  /// A `main()` of more than its one line: closures that are written there belong to the main actor, silently, and crash elsewhere.
  static func entry(in source: SwiftSource) -> [Finding] {
    guard source.code.contains("@main") else { return [] }
    return source.functions.filter { $0.name == "func main" && $0.lineCount > 3 }
      .map { Finding(source.path, $0.line, "main() hands over in one line; it has \($0.lineCount - 2)") }
  }

  private static func each(line text: String) -> [(Int, Substring)] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { ($0.offset + 1, $0.element) }
  }

  /// Which of the lower-cased words of a line are amongst some, camel case taken apart: AWSSupport is aws and support.
  private static func words(in line: Substring, amongst wanted: Set<String>) -> [String] {
    let lower = line.lowercased()
    guard wanted.contains(where: { lower.contains($0) }) else { return [] }
    return line.matches(of: #/[A-Z]+[0-9]*(?![a-z])|[A-Z]?[a-z]+[0-9]*/#).map { $0.output.lowercased() }.filter(wanted.contains)
  }
}
