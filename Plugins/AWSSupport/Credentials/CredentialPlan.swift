import Basics
import FoundationEssentials

/// Decides where credentials come from. Pure: asks nobody.
///
/// The order is botocore's. The first source that is configured is the one; when it fails, no other is tried in its place, for that would be
/// somebody else's account.
struct CredentialPlan: Sendable, Equatable {
  /// What to ask, in order; more than one only for the container's service and the machine itself, which may be there or not.
  var sources: [CredentialSource]
  /// What was looked at and held nothing, in words.
  var tried: [String]

  /// Makes the plan.
  /// - Parameter profile: named in providers.toml; then the environment's keys do not count.
  /// - Throws: ``AWSConfigurationError`` for a profile that is named and missing, or makes no sense.
  init(profile explicit: String?, shared: SharedConfiguration, in surroundings: AWSSurroundings) throws(AWSConfigurationError) {
    sources = []
    tried = []
    if explicit == nil {
      if let keys = try Self.environmentKeys(surroundings) {
        sources = [.keys(keys, from: "AWS_ACCESS_KEY_ID")]
        return
      }
      tried.append("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (not set)")
    }
    let name = surroundings.profileName(explicit)
    var reader = ProfileReader(shared: shared, surroundings: surroundings)
    if shared.profiles[name] == nil, explicit != nil || surroundings["AWS_PROFILE"] != nil { throw Self.noProfile(name, shared) }
    if let source = try reader.source(of: name, asTaker: false) {
      sources = [source]
      return
    }
    tried.append(
      "profile '\(name)' of ~/.aws/config and ~/.aws/credentials (\(shared.profiles[name] == nil ? "not there" : "without credentials"))")
    if let identity = Self.environmentIdentity(surroundings) {
      sources = [.webIdentity(identity)]
      return
    }
    tried.append("AWS_WEB_IDENTITY_TOKEN_FILE (not set)")
    if let container = try Self.container(surroundings) {
      sources = [.container(container)]
      return
    }
    tried.append("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI and _FULL_URI (not set)")
    if surroundings.isOn("AWS_EC2_METADATA_DISABLED") {
      tried.append("the machine's metadata service (AWS_EC2_METADATA_DISABLED)")
    } else {
      sources = [.machine]
    }
  }

  static func noProfile(_ name: String, _ shared: SharedConfiguration) -> AWSConfigurationError {
    let near = Suggestion.nearest(to: name, among: shared.profiles.keys).map { ["did you mean `\($0)`?"] } ?? []
    let known = shared.profiles.keys.sorted().joined(separator: ", ")
    return AWSConfigurationError(
      "no profile '\(name)' in ~/.aws/config or ~/.aws/credentials" + (known.isEmpty ? "" : "; there are \(known)"),
      hints: near + ["make it with `aws configure --profile \(name)`"])
  }

  private static func environmentKeys(_ surroundings: AWSSurroundings) throws(AWSConfigurationError) -> AWSCredentials? {
    let id = surroundings["AWS_ACCESS_KEY_ID"]
    let secret = surroundings["AWS_SECRET_ACCESS_KEY"]
    guard id != nil || secret != nil else { return nil }
    guard let id, let secret else {
      throw AWSConfigurationError(
        "\(id == nil ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY") is not set, but its other half is", hints: ["set both, or unset both"]
      )
    }
    var expires: Date?
    if let text = surroundings["AWS_CREDENTIAL_EXPIRATION"] {
      guard let date = Timestamp.parse(text) else {
        throw AWSConfigurationError("AWS_CREDENTIAL_EXPIRATION is no time: '\(text)'", hints: ["unset it, or write 2026-11-21T10:00:00Z"])
      }
      expires = date
    }
    return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: surroundings["AWS_SESSION_TOKEN"], expires: expires)
  }

  private static func environmentIdentity(_ surroundings: AWSSurroundings) -> CredentialSource.WebIdentity? {
    guard let file = surroundings["AWS_WEB_IDENTITY_TOKEN_FILE"], let arn = surroundings["AWS_ROLE_ARN"] else { return nil }
    return CredentialSource.WebIdentity(
      tokenFile: file, arn: arn, session: surroundings["AWS_ROLE_SESSION_NAME"] ?? "runpilot", place: "AWS_WEB_IDENTITY_TOKEN_FILE")
  }

  /// The container platform's service, when it names one that may be asked.
  static func container(_ surroundings: AWSSurroundings) throws(AWSConfigurationError) -> CredentialSource.ContainerCredentials? {
    let address: String
    if let path = surroundings["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
      address = "http://169.254.170.2" + (path.hasPrefix("/") ? path : "/" + path)
    } else if let full = surroundings["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
      address = full
    } else {
      return nil
    }
    guard mayBeAsked(address) else {
      throw AWSConfigurationError(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI names \(address), which is neither https nor this machine",
        hints: ["unset it, or use an https address"])
    }
    if let file = surroundings["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
      return CredentialSource.ContainerCredentials(address: address, authorization: .file(file))
    }
    let token = surroundings["AWS_CONTAINER_AUTHORIZATION_TOKEN"].map {
      CredentialSource.ContainerCredentials.Authorization.value(Secret($0))
    }
    return CredentialSource.ContainerCredentials(address: address, authorization: token ?? .none)
  }

  /// Tokens and keys must not cross a network in the clear: http is for this machine and its platform's own addresses.
  private static func mayBeAsked(_ address: String) -> Bool {
    if address.hasPrefix("https://") { return true }
    guard address.hasPrefix("http://") else { return false }
    let authority = address.dropFirst(7).prefix { $0 != "/" && $0 != "?" }
    let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
    let bytes = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return host == "localhost" || (bytes.count == 4 && bytes[0] == 127 && !bytes.contains(nil)) || host == "[::1]"
      || host == "169.254.170.2"
      || host == "169.254.170.23" || host == "[fd00:ec2::23]"
  }
}
