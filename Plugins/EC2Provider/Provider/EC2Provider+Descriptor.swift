import AWSSupport
import Basics
import FoundationEssentials
import HTTPClient
public import ProviderKit
import Retrying

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
      runProgram: { words throws(AWSConfigurationError) in try await CredentialProgram.output(of: words, environment: environment) })
    return try EC2Provider(settings, surroundings: surroundings, home: context.home, retry: Retry(budgets: RetryBudgets()))
  }
}
