public import Basics
import Cryptography
import FoundationEssentials
import Glibc
import PluginProtocol
import ProviderKit

/// A plugin's executable, and what stands beside it. Reading it runs nothing.
public struct PluginFile: Sendable, CustomStringConvertible {
  /// What file names of plugins begin with.
  public static let prefix = "runpilot-provider-"

  /// The executable's absolute path.
  public let path: String
  /// What it is started with; `serve` when nothing is said.
  public let arguments: [String]

  /// The plugin of an executable.
  public init(_ path: String, arguments: [String] = []) {
    self.path = path
    self.arguments = arguments
  }

  /// "the plugin /x/runpilot-provider-lab".
  public var description: String { "the plugin \(path)" }

  var command: [String] { [path] + (arguments.isEmpty ? ["serve"] : arguments) }

  /// The name that its file tells: what comes after the prefix, without an extension.
  public var name: String {
    let file = Paths.name(of: path)
    let bare = file.hasPrefix(Self.prefix) ? String(file.dropFirst(Self.prefix.count)) : file
    return bare.firstIndex(of: ".").map { String(bare[..<$0]) } ?? bare
  }

  /// Where its manifest is, if it has one.
  public var manifestPath: String { Paths.parent(of: path) + "/" + name + ".plugin.json" }

  /// Its manifest; what is assumed when it has none.
  /// - Throws: ``PluginRefusal`` for one that cannot be read.
  func manifest() throws(PluginRefusal) -> PluginManifest {
    guard Files.exists(manifestPath) else { return PluginManifest(name: name) }
    do {
      return try JSON.decode(PluginManifest.self, from: try Files.read(manifestPath, limit: 1 << 20))
    } catch {
      let words = (error as? any Hinted)?.message ?? DecodingWords.describe(error)
      throw PluginRefusal(
        "\(manifestPath) is no manifest of a plugin: \(words)", hints: ["see docs/plugin-protocol.md for its form"], .configuration)
    }
  }

  /// Whether it has a manifest.
  public var hasManifest: Bool { Files.exists(manifestPath) }

  /// Refuses what cannot be a plugin.
  /// - Throws: ``PluginRefusal``.
  func check() throws(PluginRefusal) {
    guard Files.exists(path) else {
      throw PluginRefusal(
        "there is no plugin at \(path)",
        hints: ["see which there are: `runpilot plugins list`", "write the executable's path in `command`"],
        .configuration)
    }
    guard !Files.isFolder(path) else {
      throw PluginRefusal("\(self) is a folder", hints: ["write the executable inside of it: `ls -l '\(path)'`"], .configuration)
    }
    guard access(path, X_OK) == 0 else {
      throw PluginRefusal("\(self) may not be executed", hints: ["if you trust it: `chmod +x '\(path)'`"], .notAllowed)
    }
  }

  /// The digest of its bytes, as 64 hexadecimal digits.
  /// - Throws: ``PluginRefusal`` when it cannot be read.
  func digest() throws(PluginRefusal) -> String {
    do { return try SHA256.hexDigest(ofFile: path) } catch {
      throw PluginRefusal("\(self) cannot be read", hints: ["check its permissions: `ls -l '\(path)'`"], .notAllowed)
    }
  }
}

/// Why a plugin is not started.
public struct PluginRefusal: ExitCoded, Equatable {
  /// Which, and why.
  public let message: String
  /// How to mend it.
  public let hints: [String]
  /// As a shell sees it.
  public let exitCode: ExitCode

  init(_ message: String, hints: [String], _ exitCode: ExitCode) {
    self.message = message
    self.hints = hints
    self.exitCode = exitCode
  }

  /// The same, as a provider's error.
  var providerError: ProviderError {
    let code: ProviderError.Code = exitCode == .notAllowed ? .forbidden : .invalidRequest
    return ProviderError(code, message, hints: hints)
  }
}
