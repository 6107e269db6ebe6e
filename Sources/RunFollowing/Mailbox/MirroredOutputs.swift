import Basics
import Cryptography
import ProviderKit
import TrainingModel

/// The outputs of a run far away, brought home and checked.
struct MirroredOutputs {
  let store: any ObjectStore
  let layout: MailboxLayout
  let folder: RunFolder

  /// Brings home what a manifest names. What is here already, and right, is not fetched again.
  /// - Returns: what is wrong, in words.
  /// - Throws: `ProviderError` when the store does not answer.
  func bring(_ manifest: MailboxManifest) async throws -> [String] {
    var warnings = manifest.missing.map { "outputs: \($0)" }
    for (path, file) in manifest.outputs.sorted(by: { $0.key < $1.key }) {
      // A machine far away says what it likes; nothing is written outside of the run's outputs.
      guard let key = layout.output(path) else {
        warnings.append("outputs: '\(path)' is no name for a file here, and was passed over")
        continue
      }
      if let warning = try await bring(key, to: folder.outputs + "/" + path, as: file) { warnings.append("outputs: \(path): \(warning)") }
    }
    return warnings
  }

  private func bring(_ key: String, to target: String, as file: MailboxManifest.File) async throws -> String? {
    if (try? Files.size(target)) == file.bytes, (try? SHA256.hexDigest(ofFile: target)) == file.sha256 { return nil }
    try Files.createFolder(Paths.parent(of: target))
    let draft = target + ".part"
    for _ in 0..<2 {
      guard try await fetch(key, to: draft) else { return "it is not in the mailbox any more" }
      if try SHA256.hexDigest(ofFile: draft) == file.sha256 {
        try Files.rename(draft, to: target)
        return nil
      }
    }
    try Files.remove(draft)
    return "what came is not what was sent: its digest is another"
  }

  /// Fetches one object, with patience of its own: a store that fails now and then must not make us check a thousand files anew.
  /// - Returns: whether there is such an object.
  private func fetch(_ key: String, to draft: String) async throws -> Bool {
    var failures = 0
    while true {
      do throws(ProviderError) {
        _ = try await store.download(key, to: draft)
        return true
      } catch {
        failures += 1
        if error.code == .notFound { return false }
        guard error.code.isTransient, failures < 5 else { throw error }
      }
      try await Task.sleep(for: .milliseconds(50 << failures))
    }
  }

  /// Brings home what is in the mailbox without any manifest: of a run whose agent was lost.
  /// - Returns: how many files came.
  func bringWithoutManifest() async throws -> Int {
    var count = 0
    var page: PageToken?
    repeat {
      let listing = try await store.list(prefix: layout.outputs, after: nil, page: page)
      for object in listing.objects {
        guard let path = layout.outputPath(of: object.key) else { continue }
        let target = folder.outputs + "/" + path
        count += 1
        if (try? Files.size(target)) == object.size { continue }
        try Files.createFolder(Paths.parent(of: target))
        _ = try await store.download(object.key, to: target)
      }
      page = listing.next
    } while page != nil
    return count
  }
}
