import Basics
import FoundationEssentials
import HTTPTransport
import ProviderKit
import RunPilotTesting
import Synchronization
import Testing

@testable import AWSSupport

@Suite("Fetching credentials")
struct CredentialFetcherTests {
  private static let answer =
    #"{"Version":1,"Code":"Success","AccessKeyId":"I","SecretAccessKey":"S","Token":"T","Expiration":"2027-02-01T00:00:00Z"}"#
  private static let expected = AWSCredentials(
    accessKeyID: "I", secretAccessKey: "S", sessionToken: "T", expires: Timestamp.parse("2027-02-01T00:00:00Z"))

  private func fetcher(_ world: FakeWorld, taking: @escaping @Sendable (QueryForm, AWSCredentials?) -> AWSCredentials? = { _, _ in nil })
    -> CredentialFetcher
  {
    CredentialFetcher(surroundings: world.surroundings) { form, taker async throws(ProviderError) in
      guard let credentials = taking(form, taker) else { throw ProviderError(.forbidden, "not taken") }
      return credentials
    }
  }

  @Test("a machine's role, by two questions after a token")
  func machine() async throws {
    let transport = AnsweringTransport { request throws(HTTPError) in
      if request.method == "PUT" {
        #expect(request.headers["X-aws-ec2-metadata-token-ttl-seconds"] == "21600")
        return .init(body: "token")
      }
      guard request.headers["X-aws-ec2-metadata-token"] == "token" else { return .init(status: 401) }
      switch request.target {
      case "/latest/meta-data/iam/security-credentials/": return .init(body: "my role\n")
      case "/latest/meta-data/iam/security-credentials/my%20role": return .init(body: Self.answer)
      default: return .init(status: 404)
      }
    }
    #expect(try await fetcher(FakeWorld(transport: transport)).credentials(from: .machine) == Self.expected)
    #expect(transport.requests.count == 3)
  }

  @Test("a program of the user's own prints them; its failure is said, and what it wrote on stderr is not")
  func printed() async throws {
    let folder = try TemporaryFolder()
    try Files.writeAtomically(Array("cat \(folder.path)/key; exit $1\n".utf8), to: folder.path + "/print")
    try Files.writeAtomically(Array("printed\n".utf8), to: folder.path + "/key")
    let words = ["/bin/sh", folder.path + "/print", "0"]
    #expect(try await CredentialProgram.output(of: words, environment: ["PATH": "/bin:/usr/bin"]) == Array("printed\n".utf8))
    let failed = await #expect(throws: AWSConfigurationError.self) {
      try await CredentialProgram.output(of: ["/bin/sh", "-c", "echo hunter2 >&2; exit 3"], environment: [:])
    }
    #expect(failed?.message.contains("3") == true && failed?.message.contains("hunter2") == false)
    await #expect(throws: AWSConfigurationError.self) { try await CredentialProgram.output(of: ["/no/such"], environment: [:]) }
  }

  @Test("without anything, the error names all that was tried and what to do")
  func nothing() async throws {
    let world = FakeWorld()
    let plan = try CredentialPlan(profile: nil, shared: SharedConfiguration(), in: world.surroundings)
    let result = await CredentialKeeper.finding(plan, with: fetcher(world))
    let error = #expect(throws: ProviderError.self) { try result.get() }
    let message = error?.message ?? ""
    for part in ["AWS_ACCESS_KEY_ID", "profile 'default'", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS", "metadata service"] {
      #expect(message.contains(part))
    }
    #expect(error?.code == .unauthorised)
    #expect(error?.hints.isEmpty == false)
  }

  @Test("a container's service gets its token from the file, each time anew")
  func container() async throws {
    var world = FakeWorld(files: ["/token": "secret\n"])
    world.transport = AnsweringTransport { request throws(HTTPError) in
      #expect(request.headers["Authorization"] == "secret")
      #expect(request.target == "/creds?x=1")
      return .init(body: Self.answer)
    }
    let source = CredentialSource.container(.init(address: "http://127.0.0.1:8080/creds?x=1", authorization: .file("/token")))
    #expect(try await fetcher(world).credentials(from: source) == Self.expected)
  }

  @Test("single sign-on finds its token by the name of the session")
  func sso() async throws {
    // SHA-1 of "my-session".
    let file = "/home/u/.aws/sso/cache/\("my-session".sha1).json"
    var world = FakeWorld(files: [file: #"{"accessToken":"at","expiresAt":"2027-02-01T00:00:00UTC"}"#])
    world.transport = AnsweringTransport { request throws(HTTPError) in
      #expect(request.origin.hostField == "portal.sso.eu-west-1.amazonaws.com")
      #expect(request.target == "/federation/credentials?role_name=r&account_id=1")
      #expect(request.headers["x-amz-sso_bearer_token"] == "at")
      return .init(body: #"{"roleCredentials":{"accessKeyId":"I","secretAccessKey":"S","sessionToken":"T","expiration":1801440000000}}"#)
    }
    let source = CredentialSource.sso(.init(cacheKey: "my-session", region: "eu-west-1", account: "1", role: "r", profile: "p"))
    #expect(try await fetcher(world).credentials(from: source) == Self.expected)
    world.now = { Date(timeIntervalSince1970: 1_900_000_000) }
    let over = await #expect(throws: ProviderError.self) { try await fetcher(world).credentials(from: source) }
    #expect(over?.hints == ["run `aws sso login --profile p`"])
    world.files = [:]
    let absent = await #expect(throws: ProviderError.self) { try await fetcher(world).credentials(from: source) }
    #expect(absent?.hints == ["run `aws sso login --profile p`"])
  }

  @Test("a program's answer is read, and its faults are told apart")
  func program() async throws {
    let source = CredentialSource.program(["tool"], place: "config:3")
    func result(_ output: String) async throws -> AWSCredentials {
      try await fetcher(FakeWorld(programs: { _ throws(AWSConfigurationError) in Array(output.utf8) })).credentials(from: source)
    }
    #expect(try await result(Self.answer) == Self.expected)
    for wrong in ["", "{}", #"{"Version":2,"AccessKeyId":"I","SecretAccessKey":"S"}"#, #"{"Version":1,"AccessKeyId":"I"}"#] {
      let error = await #expect(throws: ProviderError.self) { try await result(wrong) }
      #expect(error?.code == .unauthorised)
      #expect(error?.message.contains("config:3") == true)
    }
    let old = #"{"Version":1,"AccessKeyId":"I","SecretAccessKey":"S3CRET","Expiration":"2020-01-01T00:00:00Z"}"#
    let error = await #expect(throws: ProviderError.self) { try await result(old) }
    #expect(error?.message.contains("ended at 2020") == true)
    #expect(error?.message.contains("S3CRET") == false)
  }

  @Test("roles are taken one with the other")
  func roles() async throws {
    let first = CredentialSource.role(
      .init(arn: "arn:1", session: "s", externalID: nil, seconds: nil, place: "p"),
      taker: .keys(AWSCredentials(accessKeyID: "K0", secretAccessKey: "S"), from: "x"))
    let second = CredentialSource.role(.init(arn: "arn:2", session: "s", externalID: "e", seconds: 900, place: "p"), taker: first)
    let asked = Mutex<[String]>([])
    let last = try await fetcher(FakeWorld()) { form, taker in
      asked.withLock { $0.append("\(taker?.accessKeyID ?? "nobody"): \(form.body)") }
      return AWSCredentials(accessKeyID: form.body.contains("arn%3A1") ? "K1" : "K2", secretAccessKey: "S")
    }.credentials(from: second)
    #expect(last.accessKeyID == "K2")
    #expect(
      asked.withLock { $0 } == [
        "K0: Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3A1&RoleSessionName=s",
        "K1: Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3A2&RoleSessionName=s&ExternalId=e&DurationSeconds=900",
      ])
  }

  @Test("a web identity's token goes to STS unsigned")
  func web() async throws {
    let world = FakeWorld(files: ["/t": "jwt"])
    let found = try await fetcher(world) { form, taker in
      #expect(taker == nil)
      return form.body.hasSuffix("RoleArn=arn%3Aw&RoleSessionName=s&WebIdentityToken=jwt") ? Self.expected : nil
    }.credentials(from: .webIdentity(.init(tokenFile: "/t", arn: "arn:w", session: "s", place: "p")))
    #expect(found == Self.expected)
  }
}

extension String {
  /// From `printf my-session | sha1sum`.
  fileprivate var sha1: String { self == "my-session" ? "9e28173066ce536e277c5fb355efd9c64f398167" : "" }
}
