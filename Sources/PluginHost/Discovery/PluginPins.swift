import Basics
import FoundationEssentials
import PluginProtocol
import ProviderKit

/// Which bytes each plugin had when it was first used: `plugins.lock.json` in the home. Another file of that name is not run.
public struct PluginPins: Sendable {
  private let path: String

  /// The pins of a home.
  public init(home: String) { path = home + "/plugins.lock.json" }

  private struct Text: Codable {
    var schema = "runpilot/plugin-pins/v1"
    var plugins: [String: String] = [:]
  }

  private func read() throws(PluginRefusal) -> Text {
    guard Files.exists(path) else { return Text() }
    guard let bytes = try? Files.read(path, limit: 1 << 20), let text = try? JSON.decode(Text.self, from: bytes) else {
      throw PluginRefusal("\(path) is damaged", hints: ["remove it, then pin what you trust: `runpilot plugins pin PATH`"], .configuration)
    }
    return text
  }

  /// The digest that a plugin had; nil for one that was never used.
  public func digest(of file: PluginFile) throws(PluginRefusal) -> String? { try read().plugins[file.path] }

  /// Remembers what a plugin is now.
  /// - Returns: its digest.
  @discardableResult
  public func pin(_ file: PluginFile) throws -> String {
    try file.check()
    let digest = try file.digest()
    var text = try read()
    text.plugins[file.path] = digest
    try Files.createFolder(Paths.parent(of: path), mode: 0o700)
    try Files.writeAtomically(try JSON.encode(text), to: path, mode: 0o600)
    return digest
  }

  /// Refuses a plugin that is not what it was, or not what its manifest says. One that was never used is remembered.
  func check(_ file: PluginFile, _ manifest: PluginManifest) throws(PluginRefusal) {
    let digest = try file.digest()
    if let told = manifest.sha256, told != digest {
      throw PluginRefusal(
        "\(file) has the digest \(digest), and its manifest says \(told)",
        hints: ["install the plugin anew", "or, if you changed it yourself, correct `sha256` in \(file.manifestPath)"], .notAllowed)
    }
    if let known = try self.digest(of: file) {
      guard known == digest else {
        throw PluginRefusal(
          "\(file) is another file than when it was first used: its digest was \(known), and is \(digest)",
          hints: ["if you changed it or trust the change: `runpilot plugins pin '\(file.path)'`"], .notAllowed)
      }
      return
    }
    do { try pin(file) } catch let refusal as PluginRefusal { throw refusal } catch {
      throw PluginRefusal("\(path) cannot be written: \((error as? any Hinted)?.message ?? "\(error)")", hints: [], .notAllowed)
    }
  }
}
