import Basics
import ProviderKit
import Subprocessing

/// Where Slurm's programs are run: on this machine, or on the cluster's login node.
protocol ClusterShell: Sendable {
  /// Runs a program to its end.
  /// - Parameter changes: whether it changes something there, so that a lost answer leaves doubt.
  /// - Throws: ``ProviderError`` when it could not be run, or its end was not heard of; a failure of the program itself is an outcome.
  func run(_ words: [String], input: [UInt8], changes: Bool) async throws(ProviderError) -> ShellOutcome
}

/// What a program said.
struct ShellOutcome: Sendable, Equatable {
  var code: Int32
  var output: String
  var errors: String

  /// The line of its errors that says most.
  var reason: String {
    let lines = errors.split(separator: "\n").map { String($0).trimmed() }.filter { !$0.isEmpty }
    return lines.last { $0.contains("rror") } ?? lines.last ?? "exit code \(code)"
  }
}

extension ClusterShell {
  func run(_ words: [String]) async throws(ProviderError) -> ShellOutcome { try await run(words, input: [], changes: false) }
}

/// Programs of this machine.
struct LocalShell: ClusterShell {
  let environment: [String: String]

  func run(_ words: [String], input: [UInt8], changes: Bool) async throws(ProviderError) -> ShellOutcome {
    let outcome = try await Self.outcome(of: words, input, environment, changes)
    guard case .exited(let code) = outcome.end else {
      throw ProviderError(
        .unreachable, "`\(words[0])` was cut off" + (outcome.wasCut ? ": the cluster did not answer within a minute" : ""),
        effect: changes ? .unknown : .none)
    }
    return ShellOutcome(code: code, output: outcome.text, errors: outcome.errorText)
  }

  static func outcome(of words: [String], _ input: [UInt8], _ environment: [String: String], _ changes: Bool) async throws(ProviderError)
    -> Command.Outcome
  {
    var command = Command(words, environment: environment, limit: 64 << 20, deadline: .seconds(60))
    command.input = input
    do throws(SpawnError) { return try await command.run() } catch {
      throw ProviderError(
        .unreachable, "\(words[0]) cannot be run: \(error.message)",
        hints: [
          "on a machine of the cluster, load or install Slurm's programs",
          "elsewhere say where the cluster is: `host = \"login.cluster.example\"` in providers.toml",
        ])
    }
  }
}

/// Programs of the login node, over OpenSSH's client and with the user's own configuration of it.
struct RemoteShell: ClusterShell {
  let host: String
  let options: [String]
  let environment: [String: String]

  /// No question is ever asked: nobody may be there to answer.
  private func words(_ command: String) -> [String] {
    ["ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=15", "-o", "ServerAliveInterval=15"] + options + [host, "--", command]
  }

  func run(_ words: [String], input: [UInt8], changes: Bool) async throws(ProviderError) -> ShellOutcome {
    let line = words.map(ShellWord.quoted).joined(separator: " ")
    let outcome = try await LocalShell.outcome(of: self.words(line), input, environment, changes)
    guard case .exited(let code) = outcome.end, code != 255 else { throw failure(outcome, changes) }
    return ShellOutcome(code: code, output: outcome.text, errors: outcome.errorText)
  }

  /// 255 is ssh's own: the connection could not be made, or was lost on the way.
  private func failure(_ outcome: Command.Outcome, _ changes: Bool) -> ProviderError {
    let words = outcome.errorText.split(separator: "\n").last.map(String.init) ?? "no answer"
    let refusals = ["Permission denied (", "Host key verification failed"]
    let unreached = ["connect to host", "Could not resolve hostname", "Connection refused"]
    if refusals.contains(where: outcome.errorText.contains) {
      return ProviderError(
        .unauthorised, "\(host) lets nobody in: \(words)", hints: ["try it by hand: `ssh \(host) squeue --version`, and load your key"])
    }
    let wasReached = !unreached.contains(where: outcome.errorText.contains)
    return ProviderError(
      .unreachable, "\(host) does not answer over ssh: \(words)", effect: changes && wasReached ? .unknown : .none,
      hints: ["try it by hand: `ssh \(host) squeue --version`"])
  }
}
