import FoundationEssentials
import Glibc
import Testing

/// Text that was looked at once and must not change unnoticed.
///
/// With `RUNPILOT_RECORD=1` a difference is written down instead, and that run fails all the same, so that nobody records without looking.
enum Snapshot {
  static func expect(_ text: String, is name: String, at location: SourceLocation = #_sourceLocation) {
    expect(text, isFile: folder + "/Snapshots/" + name, at: location)
  }

  /// The same for a file elsewhere in the repository, such as a generated page.
  static func expect(_ text: String, isRepositoryFile path: String, at location: SourceLocation = #_sourceLocation) {
    expect(text, isFile: folder + "/../../" + path, at: location)
  }

  private static var folder: String { URL(filePath: #filePath).deletingLastPathComponent().path }

  private static func expect(_ text: String, isFile path: String, at location: SourceLocation) {
    let kept = (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) }
    if kept == text { return }
    guard getenv("RUNPILOT_RECORD") != nil else {
      Issue.record(
        "\(path) differs; look at the difference, then record it with RUNPILOT_RECORD=1 swift test\n--- now ---\n\(text)--- kept ---\n\(kept ?? "(no such file)\n")---",
        sourceLocation: location)
      return
    }
    do {
      try Data(text.utf8).write(to: URL(filePath: path))
      Issue.record("recorded \(path): look at it, then run again", sourceLocation: location)
    } catch {
      Issue.record("cannot record \(path): \(error)", sourceLocation: location)
    }
  }
}
