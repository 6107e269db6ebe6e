import Basics
import Subprocessing

/// Programs that print credentials: `credential_process` of a profile.
public enum CredentialProgram {
  /// Runs one, without a shell, for a minute at most. What it prints on stderr may hold secrets and is not repeated.
  public static func output(of words: [String], environment: [String: String]) async throws(AWSConfigurationError) -> [UInt8] {
    let outcome: Command.Outcome
    do throws(SpawnError) { outcome = try await Command(words, environment: environment, deadline: .seconds(60)).run() } catch {
      throw AWSConfigurationError(error.message, hints: error.hints)
    }
    guard outcome.end == .exited(0), outcome.isComplete else {
      throw AWSConfigurationError(
        "\(words.first ?? "") ended with \(outcome.end)", hints: ["try it by hand: `\(words.joined(separator: " "))`"])
    }
    return outcome.output
  }
}
