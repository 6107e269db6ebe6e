import Basics
import FoundationEssentials
import ProviderKit
import Subprocessing
import Synchronization

/// Where tokens come from: a program that makes them, else the variable that Slurm's own programs read.
final class TokenSource: Sendable {
  static let variable = "SLURM_JWT"

  /// The program's words; empty for none.
  private let command: [String]
  private let environment: [String: String]
  private let now: @Sendable () -> Date
  private let known = Mutex<ClusterToken?>(nil)

  init(command: [String], environment: [String: String], now: @escaping @Sendable () -> Date) {
    self.command = command
    self.environment = environment
    self.now = now
  }

  /// Whether a token that is refused can be had anew.
  var canRenew: Bool { !command.isEmpty }

  /// A token that has not ended; nil when nobody said where there is one.
  /// - Parameter anew: the known one was refused.
  /// - Throws: code `unauthorised` for a token that has ended, and for a program that makes none.
  func token(anew: Bool = false) async throws(ProviderError) -> ClusterToken? {
    if !anew, let token = known.withLock({ $0 }), !hasEnded(token) { return token }
    guard let token = command.isEmpty ? try ofEnvironment() : try await made() else { return nil }
    if hasEnded(token) {
      let when = token.expires.map { Timestamp.format($0) } ?? ""
      throw ProviderError(.unauthorised, "the cluster's token ended at \(when)", hints: Self.hints)
    }
    known.withLock { $0 = token }
    return token
  }

  /// What helps when a token does not.
  static let hints = [
    "make another on the cluster, for an hour or for longer: `export $(scontrol token lifespan=86400)`",
    "or say how to make one: `token_command = [\"ssh\", \"login.cluster.example\", \"scontrol\", \"token\"]` in providers.toml",
  ]

  private func hasEnded(_ token: ClusterToken) -> Bool { token.expires.map { $0 <= now() } ?? false }

  private func ofEnvironment() throws(ProviderError) -> ClusterToken? {
    guard let text = environment[Self.variable]?.trimmed(), !text.isEmpty else { return nil }
    guard let token = ClusterToken(text) else {
      throw ProviderError(.unauthorised, "\(Self.variable) holds no token", hints: Self.hints)
    }
    return token
  }

  /// Runs the program. What it prints is a secret, or may be one: no error repeats it.
  private func made() async throws(ProviderError) -> ClusterToken {
    let name = command.first ?? ""
    let outcome: Command.Outcome
    do throws(SpawnError) {
      outcome = try await Command(command, environment: environment, limit: 1 << 16, deadline: .seconds(60)).run()
    } catch {
      throw ProviderError(.unauthorised, "token_command cannot be run: \(error.message)", hints: Self.hints)
    }
    guard case .exited(0) = outcome.end, let token = ClusterToken(outcome.text) else {
      // Its own words for it, unless they have a token in them, too: each begins with the same letters, `{"` in base64.
      let words = outcome.errorText.split(separator: "\n").last.flatMap { $0.contains("eyJ") ? nil : ": " + $0.prefix(200) } ?? ""
      throw ProviderError(
        .unauthorised, "token_command (\(name)) made no token\(words)",
        hints: ["try it by hand: `\(command.map(ShellWord.quoted).joined(separator: " "))`"])
    }
    return token
  }
}
