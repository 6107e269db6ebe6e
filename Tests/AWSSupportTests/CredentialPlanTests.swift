import Basics
import FoundationEssentials
import Testing

@testable import AWSSupport

@Suite("Where credentials come from")
struct CredentialPlanTests {
  private func plan(_ config: String = "", credentials: String = "", environment: [String: String] = [:], profile: String? = nil) throws
    -> CredentialPlan
  {
    let world = FakeWorld(
      environment: ["HOME": "/home/u"].merging(environment) { _, new in new },
      files: ["/home/u/.aws/config": config, "/home/u/.aws/credentials": credentials])
    return try CredentialPlan(profile: profile, shared: world.shared(), in: world.surroundings)
  }

  private func refusal(_ config: String, profile: String? = nil, environment: [String: String] = [:]) -> AWSConfigurationError? {
    #expect(throws: AWSConfigurationError.self) { try plan(config, environment: environment, profile: profile) }
  }

  private static let base = "[profile base]\naws_access_key_id = A\naws_secret_access_key = S\n"
  private static let keys = ["AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "F"]

  @Test("keys of the environment come first, unless a profile is named in the settings")
  func environment() throws {
    let end = "2026-11-21T10:00:00Z"
    let first = try plan(
      Self.base, environment: Self.keys.merging(["AWS_CREDENTIAL_EXPIRATION": end, "AWS_PROFILE": "base"]) { _, new in new })
    let keys = AWSCredentials(accessKeyID: "E", secretAccessKey: "F", expires: Timestamp.parse(end))
    #expect(first.sources == [.keys(keys, from: "AWS_ACCESS_KEY_ID")])
    let named = try plan(Self.base, environment: Self.keys, profile: "base")
    #expect(named.sources.first?.summary == "keys from profile base, /home/u/.aws/config:2")
    #expect(refusal("", environment: ["AWS_ACCESS_KEY_ID": "E"])?.message.hasPrefix("AWS_SECRET_ACCESS_KEY is not set") == true)
    #expect(refusal("", environment: Self.keys.merging(["AWS_CREDENTIAL_EXPIRATION": "soon"]) { _, new in new }) != nil)
  }

  @Test("a role is taken with the profile it names, through as many as there are")
  func chain() throws {
    let config =
      Self.base + "[profile mid]\nrole_arn = arn:mid\nsource_profile = base\n"
      + "[profile top]\nrole_arn = arn:top\nsource_profile = mid\nexternal_id = x\nduration_seconds = 3600\nrole_session_name = me\n"
    let base = CredentialSource.keys(AWSCredentials(accessKeyID: "A", secretAccessKey: "S"), from: "profile base, /home/u/.aws/config:2")
    let mid = CredentialSource.role(
      .init(arn: "arn:mid", session: "runpilot", externalID: nil, seconds: nil, place: "/home/u/.aws/config:5"), taker: base)
    let top = CredentialSource.role(
      .init(arn: "arn:top", session: "me", externalID: "x", seconds: 3600, place: "/home/u/.aws/config:8"), taker: mid)
    #expect(try plan(config, profile: "top").sources == [top])
    #expect(try plan(config, environment: ["AWS_PROFILE": "top"]).sources == [top])
  }

  @Test("a profile may take a role with its own keys, and no circle is followed")
  func circles() throws {
    let own = try plan("[default]\nrole_arn = arn:r\nsource_profile = default\naws_access_key_id = A\naws_secret_access_key = S\n")
    #expect(own.sources.first?.summary == "role arn:r, taken with keys from profile default, /home/u/.aws/config:4")
    let circle = refusal(
      "[profile a]\nrole_arn = arn:a\nsource_profile = b\n[profile b]\nrole_arn = arn:b\nsource_profile = c\n"
        + "[profile c]\nrole_arn = arn:c\nsource_profile = a\n", profile: "a")
    #expect(circle?.message == "profiles take each other's roles in a circle: a → b → c → a")
    #expect(refusal("[default]\nrole_arn = arn:r\nsource_profile = default\n")?.message.contains("circle") == true)
  }

  @Test(
    "what makes no sense is refused, with its line",
    arguments: [
      ("[default]\nrole_arn = r\n", "/home/u/.aws/config:2: a role needs either source_profile or credential_source"),
      (
        "[default]\nrole_arn = r\nsource_profile = x\n[profile x]\nregion = y\n",
        "/home/u/.aws/config:2: source_profile 'x' has no credentials"
      ),
      ("[default]\nrole_arn = r\nsource_profile = y\n", "no profile 'y'"),
      ("[default]\nrole_arn = r\ncredential_source = Moon\n", "/home/u/.aws/config:2: credential_source is 'Moon'"),
      ("[default]\nrole_arn = r\nsource_profile = default\nmfa_serial = m\n", "/home/u/.aws/config:2: the role needs a code from a device"),
      ("[default]\nrole_arn = r\nsource_profile = default\nduration_seconds = 5\n", "/home/u/.aws/config:4: duration_seconds is '5'"),
      ("[default]\nsso_account_id = 1\n", "/home/u/.aws/config:2: sso_account_id and sso_role_name belong together"),
      ("[default]\nsso_account_id = 1\nsso_role_name = r\nsso_session = s\n", "/home/u/.aws/config:2: no section [sso-session s]"),
      ("[default]\ncredential_process = a \"b\n", "/home/u/.aws/config:2: credential_process has a quotation mark"),
    ])
  func mistakes(config: String, beginning: String) {
    let error = refusal(config)
    #expect(error?.message.hasPrefix(beginning) == true, "\(error?.message ?? "")")
  }

  @Test("a profile that is named and missing is an error with the nearest name")
  func missing() {
    #expect(refusal(Self.base, profile: "bsae")?.hints.first == "did you mean `base`?")
    #expect(refusal(Self.base, environment: ["AWS_PROFILE": "nobody"])?.message.contains("there are base") == true)
  }

  @Test("single sign-on, programs and web identities of profiles")
  func others() throws {
    let sso = try plan(
      "[default]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n[sso-session s]\nsso_start_url = https://x\nsso_region = eu-west-1\n"
    )
    #expect(sso.sources == [.sso(.init(cacheKey: "s", region: "eu-west-1", account: "1", role: "r", profile: "default"))])
    let program = try plan("[default]\ncredential_process = \"/opt/my tool\" --json\n")
    #expect(program.sources == [.program(["/opt/my tool", "--json"], place: "/home/u/.aws/config:2")])
    let web = try plan("[default]\nrole_arn = arn:w\nweb_identity_token_file = /t\n")
    #expect(web.sources.first?.summary == "role arn:w by the token in /t")
    let variables = try plan(environment: ["AWS_WEB_IDENTITY_TOKEN_FILE": "/t", "AWS_ROLE_ARN": "arn:v"])
    #expect(variables.sources.first?.summary == "role arn:v by the token in /t")
  }

  @Test("after the profile: the container's service, then the machine; what was looked at is remembered")
  func last() throws {
    let container = try plan(environment: ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "t"])
    #expect(container.sources == [.container(.init(address: "http://169.254.170.2/v2/x", authorization: .value(Secret("t"))))])
    let machine = try plan()
    #expect(machine.sources == [.machine])
    #expect(machine.tried.count == 4)
    #expect(try plan(environment: ["AWS_EC2_METADATA_DISABLED": "true"]).sources.isEmpty)
  }

  @Test(
    "keys cross no network in the clear",
    arguments: [
      ("http://evil.example/", false), ("http://10.0.0.1/", false), ("http://127.evil.example/", false), ("http://[fd00::1]/", false),
      ("ftp://127.0.0.1/", false), ("https://any.example/", true), ("http://127.0.0.9:80/x", true), ("http://localhost/", true),
      ("http://[::1]:90/", true), ("http://[fd00:ec2::23]/", true), ("http://169.254.170.23/v1", true),
    ])
  func clear(address: String, allowed: Bool) {
    let planned = try? plan(environment: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": address])
    #expect((planned != nil) == allowed)
  }
}
