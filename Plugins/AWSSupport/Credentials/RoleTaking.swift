import FoundationEssentials
import HTTPTransport
import ProviderKit
import Retrying

/// Asks STS for a role's credentials, with other credentials or, for who has a token, with none.
struct RoleTaking: Sendable {
  let endpoint: AWSEndpoint
  let surroundings: AWSSurroundings
  let retry: Retry
  let skew: ClockSkew

  func take(_ form: QueryForm, _ taker: AWSCredentials?) async throws(ProviderError) -> AWSCredentials {
    let keeper = CredentialKeeper(now: surroundings.now) { .success(.init(taker ?? .nobody, source: "the role's taker")) }
    let client = AWSClient(service: .sts, endpoint: endpoint, keeper: keeper, surroundings: surroundings, retry: retry, skew: skew)
    return try STSAnswer.credentials(try await client.query(.query(form, doing: "take the role")))
  }
}
