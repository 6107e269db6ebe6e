import Basics
import BuiltinProviders
import FoundationEssentials
import Glibc
import ProviderKit
import Testing

/// What the pages of docs/providers say of settings and powers is made from the descriptors.
@Suite("The providers' pages")
struct ProviderPagesTests {
  private static let folder = Paths.resolve("../../../docs/providers", from: #filePath)
  private static let begin =
    "<!-- From here on made from the module's own description: record it with RUNPILOT_RECORD=1 swift test --filter ProviderPagesTests -->"
  private static let end = "<!-- To here. -->"

  @Test("each module has a page that says what its description says", arguments: BuiltinProviders.descriptors.map(\.module))
  func page(_ module: String) throws {
    let descriptor = try #require(BuiltinProviders.descriptors.first { $0.module == module })
    let path = "\(Self.folder)/\(module).md"
    let text = try Files.readText(path)
    let made = Self.block(descriptor)
    let old = text.firstRange(of: Self.begin).flatMap { begin in
      text.firstRange(of: Self.end).map { begin.lowerBound..<$0.upperBound }
    }
    guard old.map({ text[$0] == made }) != true else { return }
    Issue.record("\(path) differs from the description; look at the difference, then record it with RUNPILOT_RECORD=1 swift test")
    guard getenv("RUNPILOT_RECORD") != nil else { return }
    var new = text
    if let old { new.replaceSubrange(old, with: made) } else { new += "\n## Reference\n\n\(made)\n" }
    try Files.writeAtomically(Array(new.utf8), to: path)
  }

  private static func block(_ descriptor: ProviderDescriptor) -> String {
    var lines = [begin, ""]
    if descriptor.settings.isEmpty {
      lines += ["It has no settings.", ""]
    } else {
      lines += ["| setting | meaning | a run may set it |", "|---|---|---|"]
      lines += descriptor.settings.map { setting in
        let trust = setting.needsTrust ? "; needs `runpilot trust` in a project's file" : ""
        return "| `\(setting.name)` | \(escaped(setting.summary))\(trust) | \(setting.perRun ? "yes" : "") |"
      }
      lines.append("")
      if descriptor.settings.contains(where: \.perRun) {
        lines += ["A run sets them under `provider_options: {\(descriptor.module): {…}}`.", ""]
      }
    }
    if !descriptor.credentials.isEmpty {
      lines += ["Credentials are looked for in: \(descriptor.credentials.map(escaped).joined(separator: "; ")).", ""]
    }
    lines += ["| power | | |", "|---|---|---|"]
    lines += descriptor.powers.map { "| \($0.name) | \($0.isAvailable ? "yes" : "no") | \(escaped($0.note)) |" }
    return (lines + ["", end]).joined(separator: "\n")
  }

  private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
