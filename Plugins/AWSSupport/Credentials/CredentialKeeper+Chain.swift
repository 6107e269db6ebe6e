import ProviderKit

extension CredentialKeeper {
  /// Keeps what a plan finds.
  static func finding(
    _ plan: CredentialPlan, with fetcher: CredentialFetcher
  ) async -> Result<Found, ProviderError> {
    var tried = plan.tried
    for source in plan.sources {
      do throws(ProviderError) {
        return .success(Found(try await fetcher.credentials(from: source), source: source.summary))
      } catch {
        // The last resort may simply not be there: off AWS no machine has such a service.
        guard source == .machine else { return .failure(error) }
        tried.append("the machine's metadata service (\(error.message))")
      }
    }
    return .failure(
      ProviderError(
        .unauthorised, "no AWS credentials: looked at " + tried.joined(separator: ", "),
        hints: [
          "run `aws configure`, or `aws sso login` where your organisation uses it",
          "or `export AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…`",
        ]))
  }
}
