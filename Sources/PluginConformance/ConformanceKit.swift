public import Basics
public import ControlAPI
import FoundationEssentials
public import PluginHost
import PluginProtocol

/// Holds a plugin against what every provider promises, on its own process and with its own vendor's sandbox.
public struct ConformanceKit: Sendable {
  private let bench: ProbeBench

  /// A kit for one plugin.
  /// - Parameter bench: where and how it is started.
  public init(_ bench: ProbeBench) { self.bench = bench }

  /// Tries every promise, one after the other, and takes away what was made.
  public func run(onCheck: @escaping @Sendable (PluginCheck) -> Void) async -> PluginVerdict {
    await run(only: { _ in true }, onCheck: onCheck)
  }

  /// The same for some of the promises.
  func run(only isMeant: (Promise) -> Bool, onCheck: @Sendable (PluginCheck) -> Void = { _ in }) async -> PluginVerdict {
    let facts: PluginFacts
    do { facts = try await Talk.open(bench, configured: false).facts } catch {
      // Without an answer to the first question there is no second one.
      let words = (error as? any Hinted)?.message ?? "\(error)"
      let check = PluginCheck(number: 1, name: "it answers `initialize`", level: Promise.core, outcome: .failed, detail: words)
      onCheck(check)
      return PluginVerdict(plugin: bench.file.name, path: bench.file.path, levels: [], checks: [check])
    }
    var checks: [PluginCheck] = []
    for promise in Promises.all(facts).filter(isMeant) {
      var check = PluginCheck(number: checks.count + 1, name: promise.name, level: promise.level, outcome: .passed)
      do {
        try await promise.attempt(bench)
      } catch let reason as NotClaimed {
        (check.outcome, check.detail) = (.skipped, reason.words)
      } catch {
        (check.outcome, check.detail) = (.failed, (error as? any Hinted)?.message ?? "\(error)")
      }
      checks.append(check)
      onCheck(check)
    }
    await Leftovers.remove(bench)
    return PluginVerdict(
      plugin: "\(facts.plugin.name) \(facts.plugin.version)", path: bench.file.path, levels: Self.levels(checks), checks: checks)
  }

  /// Levels that were tried, and of which nothing failed.
  static func levels(_ checks: [PluginCheck]) -> [String] {
    var seen: [String] = []
    for check in checks where !seen.contains(check.level) { seen.append(check.level) }
    guard !checks.contains(where: { $0.level == Promise.core && $0.outcome == .failed }) else { return [] }
    return seen.filter { level in
      let own = checks.filter { $0.level == level }
      return !own.contains { $0.outcome == .failed } && own.contains { $0.outcome == .passed }
    }
  }
}

/// How a plugin is started for its trial.
public struct ProbeBench: Sendable {
  /// The plugin.
  public let file: PluginFile
  /// Settings of its sandbox.
  public let settings: [String: JSONValue]
  /// All that it sees, but for what its handshake asks for.
  public let environment: [String: String]
  /// The caller's variables, for the credentials that it asks for.
  public let callers: [String: String]
  /// A folder of the trial's own: its home, and its working folder.
  public let folder: String
  /// This program's version.
  public let version: String
  /// What a near plugin may be asked to launch; nil for nothing.
  let launches: ProbeLaunches?
  /// Whose everything is that is made.
  let installation: String

  /// A bench.
  /// - Parameter credentials: variables that its manifest makes part of its environment.
  public init(
    _ file: PluginFile, settings: [String: JSONValue], callers: [String: String], credentials: [String], folder: String, version: String,
    launches: ProbeLaunches? = nil
  ) {
    self.file = file
    self.launches = launches
    self.settings = settings
    self.callers = callers
    self.folder = folder
    self.version = version
    environment = callers.filter { ["PATH", "HOME", "TMPDIR", "LANG"].contains($0.key) || credentials.contains($0.key) }
    installation = UUID().uuidString.lowercased()
  }
}

/// A promise that a plugin has not kept: what was seen instead.
struct Broken: Hinted {
  let message: String
  init(_ message: String) { self.message = message }
}

/// Something that a plugin does not claim to do.
struct NotClaimed: Error {
  let words: String
  init(_ words: String) { self.words = words }
}
