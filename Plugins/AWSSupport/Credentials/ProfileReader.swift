import Basics

/// Finds out what credentials a profile means, following `source_profile` as far as it leads.
struct ProfileReader {
  let shared: SharedConfiguration
  let surroundings: AWSSurroundings
  /// The profiles on the way here.
  private var path: [String] = []

  init(shared: SharedConfiguration, surroundings: AWSSurroundings) {
    self.shared = shared
    self.surroundings = surroundings
  }

  /// A profile's credentials; nil when it has none.
  /// - Parameter asTaker: the profile is another's `source_profile`: then its own keys come before its role.
  mutating func source(of name: String, asTaker: Bool) throws(AWSConfigurationError) -> CredentialSource? {
    guard let profile = shared.profiles[name] else {
      if !asTaker { return nil }
      throw CredentialPlan.noProfile(name, shared)
    }
    if asTaker, let keys = try keys(of: profile) { return keys }
    if path.contains(name) {
      throw AWSConfigurationError(
        "profiles take each other's roles in a circle: \((path + [name]).joined(separator: " → "))",
        hints: ["one of them needs keys of its own: `aws configure --profile \(name)`"])
    }
    path.append(name)
    defer { path.removeLast() }
    if let arn = profile["role_arn"] { return try role(arn, profile) }
    if let login = try singleSignOn(profile) { return .sso(login) }
    if let keys = try keys(of: profile) { return keys }
    if let text = profile["credential_process"] {
      let place = profile.place(of: "credential_process") ?? name
      guard let words = ConfigFile.words(text), !words.isEmpty else {
        throw AWSConfigurationError("\(place): credential_process has a quotation mark that is not closed")
      }
      return .program(words, place: place)
    }
    return nil
  }

  private func keys(of profile: AWSProfile) throws(AWSConfigurationError) -> CredentialSource? {
    guard let keys = try profile.keys() else { return nil }
    return .keys(keys, from: "profile \(profile.name), \(profile.place(of: "aws_access_key_id") ?? "")")
  }

  private mutating func role(_ arn: String, _ profile: AWSProfile) throws(AWSConfigurationError) -> CredentialSource {
    let place = profile.place(of: "role_arn") ?? profile.name
    let session = profile["role_session_name"] ?? "runpilot"
    if let file = profile["web_identity_token_file"] {
      return .webIdentity(CredentialSource.WebIdentity(tokenFile: file, arn: arn, session: session, place: place))
    }
    guard profile["mfa_serial"] == nil else {
      throw AWSConfigurationError(
        "\(place): the role needs a code from a device (mfa_serial), and runs go on without anybody there to type it",
        hints: [
          "run `eval \"$(aws configure export-credentials --profile \(profile.name) --format env)\"` first, and leave the profile out"
        ])
    }
    let request = CredentialSource.RoleRequest(
      arn: arn, session: session, externalID: profile["external_id"], seconds: try seconds(profile), place: place)
    return .role(request, taker: try taker(profile, place))
  }

  private func seconds(_ profile: AWSProfile) throws(AWSConfigurationError) -> Int64? {
    guard let text = profile["duration_seconds"] else { return nil }
    guard let seconds = Int64(text), (900...43_200).contains(seconds) else {
      throw AWSConfigurationError(
        "\(profile.place(of: "duration_seconds") ?? profile.name): duration_seconds is '\(text)'",
        hints: ["write a number from 900 to 43200"])
    }
    return seconds
  }

  private mutating func taker(_ profile: AWSProfile, _ place: String) throws(AWSConfigurationError) -> CredentialSource {
    switch (profile["source_profile"], profile["credential_source"]) {
    case (let name?, nil):
      guard let found = try source(of: name, asTaker: true) else {
        throw AWSConfigurationError(
          "\(place): source_profile '\(name)' has no credentials", hints: ["give it some: `aws configure --profile \(name)`"])
      }
      return found
    case (nil, "Environment"?):
      guard let id = surroundings["AWS_ACCESS_KEY_ID"], let secret = surroundings["AWS_SECRET_ACCESS_KEY"] else {
        throw AWSConfigurationError("\(place): credential_source is Environment, but AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set")
      }
      let keys = AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: surroundings["AWS_SESSION_TOKEN"])
      return .keys(keys, from: "AWS_ACCESS_KEY_ID")
    case (nil, "Ec2InstanceMetadata"?): return .machine
    case (nil, "EcsContainer"?):
      if let container = try CredentialPlan.container(surroundings) { return .container(container) }
      throw AWSConfigurationError("\(place): credential_source is EcsContainer, but AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not set")
    case (nil, let other?):
      throw AWSConfigurationError(
        "\(place): credential_source is '\(other)'", hints: ["write Environment, Ec2InstanceMetadata or EcsContainer"])
    default:
      throw AWSConfigurationError(
        "\(place): a role needs either source_profile or credential_source", hints: ["add `source_profile = default` below it"])
    }
  }

  private func singleSignOn(_ profile: AWSProfile) throws(AWSConfigurationError) -> CredentialSource.SingleSignOn? {
    guard let account = profile["sso_account_id"] ?? profile["sso_role_name"] else { return nil }
    let place = profile.place(of: "sso_account_id") ?? profile.place(of: "sso_role_name") ?? profile.name
    guard let role = profile["sso_role_name"], profile["sso_account_id"] != nil else {
      throw AWSConfigurationError("\(place): sso_account_id and sso_role_name belong together", hints: ["run `aws configure sso`"])
    }
    let name = profile["sso_session"]
    let session = name.flatMap { shared.sessions[$0] }
    if let name, session == nil {
      throw AWSConfigurationError("\(place): no section [sso-session \(name)]", hints: ["run `aws configure sso`"])
    }
    guard let start = session?["sso_start_url"] ?? profile["sso_start_url"], let region = session?["sso_region"] ?? profile["sso_region"],
      AWSRegion.isName(region)
    else { throw AWSConfigurationError("\(place): sso_start_url or sso_region is missing", hints: ["run `aws configure sso`"]) }
    return CredentialSource.SingleSignOn(cacheKey: name ?? start, region: region, account: account, role: role, profile: profile.name)
  }
}
