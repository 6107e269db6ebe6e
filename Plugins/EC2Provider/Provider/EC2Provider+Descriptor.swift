import AWSSupport
import Basics
import FoundationEssentials
import HTTPClient
public import ProviderKit
import Retrying
import Subprocessing

extension EC2Provider {
  /// What there is to know about it before it exists.
  public static let descriptor = ProviderDescriptor(
    module: "aws", summary: "rents machines of Amazon EC2",
    settings: EC2Settings.descriptions,
    credentials: [
      "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", "AWS_PROFILE, ~/.aws/config, ~/.aws/credentials", "AWS_WEB_IDENTITY_TOKEN_FILE",
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "the machine's own role",
    ],
    powers: [
      PowerDescription("gpu", true, "machines with NVIDIA GPUs, by model and count"),
      PowerDescription("spot", true, "with a price ceiling and the notice two minutes ahead"),
      PowerDescription("stop and start", true, "a stopped machine costs its disk"),
      PowerDescription("price history", true, "spot prices of the last 90 days"),
    ],
    runsContainers: false, isRented: true
  ) { settings, context throws(ProviderError) in
    let environment = context.environment
    let surroundings = AWSSurroundings(
      environment: environment, readFile: { path throws(SystemError) in try Files.read(path, limit: 1 << 20) }, now: context.now,
      transport: HTTPClient(environment: environment),
      runProgram: { words throws(AWSConfigurationError) in try await Self.output(of: words, environment) })
    return try EC2Provider(settings, surroundings: surroundings, home: context.home, retry: Retry(budgets: RetryBudgets()))
  }

  /// Runs a `credential_process`. What it prints on stderr may hold secrets and is not repeated.
  private static func output(of words: [String], _ environment: [String: String]) async throws(AWSConfigurationError) -> [UInt8] {
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
