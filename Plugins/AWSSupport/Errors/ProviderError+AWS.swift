public import HTTPTransport
public import ProviderKit

extension ProviderError {
  /// What a refusal means: its kind, the vendor's words and ids, what the request did, and what to do.
  /// - Parameters:
  ///   - doing: the attempt, as "rent g4dn.xlarge in eu-west-2a".
  ///   - isMutation: whether the request would have changed something.
  ///   - retryAfter: how long the service asked us to wait.
  public init(_ answer: AWSErrorAnswer, doing: String, isMutation: Bool, retryAfter: Duration? = nil) {
    let kind = AWSErrorClass(answer)
    let words = answer.message.map(Self.oneLine) ?? "an answer without an explanation"
    let name = answer.code ?? "status \(answer.status)"
    // A token that was used with another request belongs to something that may exist.
    let effect: Effect = !isMutation ? .none : answer.code == "IdempotentParameterMismatch" ? .unknown : kind.effect
    self.init(
      kind.code, "cannot \(doing): \(name): \(words)", vendorCode: answer.code, requestID: answer.requestID, effect: effect,
      retryAfter: retryAfter, hints: Self.hints(kind, answer))
  }

  /// What a broken exchange means; what a mutation did is unknown as soon as the request may have arrived.
  public init(_ error: HTTPError, doing: String, isMutation: Bool) {
    self.init(
      .unreachable, "cannot \(doing): \(error.message)", effect: isMutation && error.mayHaveArrived ? .unknown : .none, hints: error.hints)
  }

  /// Refusals of permission carry a kilobyte of encoded explanation; it stays, for it is what an administrator needs, but on one line.
  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }

  private static func hints(_ kind: AWSErrorClass, _ answer: AWSErrorAnswer) -> [String] {
    switch kind {
    case .expired: ["the credentials have ended: renew them, for example with `aws sso login`, and try again"]
    case .signature where answer.code == "RequestExpired" || answer.code == "RequestTimeTooSkewed":
      ["this machine's clock is wrong: `timedatectl set-ntp true` mends it"]
    case .signature, .unauthorised:
      ["check who you are with `aws sts get-caller-identity`", "`runpilot providers check aws` shows which credentials were found"]
    case .forbidden where answer.message?.contains("Encoded authorization failure message") == true:
      ["an administrator reads the encoded part with `aws sts decode-authorization-message --encoded-message …`", Self.policyHint]
    case .forbidden where answer.code == "OptInRequired": ["the account must be opened for this service: https://console.aws.amazon.com"]
    case .forbidden where answer.code == "OperationNotPermitted":
      ["the machine's own protection can be taken away: `aws ec2 modify-instance-attribute --no-disable-api-termination --instance-id ID`"]
    case .forbidden: [Self.policyHint]
    case .quota:
      ["ask for more: https://console.aws.amazon.com/servicequotas", "or try another region with `--set provider_options.aws.region=…`"]
    case .noCapacity: ["try another zone, region or machine type, or again later"]
    case .throttled: ["AWS is being asked too often from this account: wait a minute"]
    default: []
    }
  }

  private static let policyHint = "docs/providers/aws.md has the policy that is needed"
}

extension ProviderError {
  /// What is wrong with files and settings.
  public init(_ error: AWSConfigurationError) { self.init(.invalidRequest, error.message, hints: error.hints) }
}
