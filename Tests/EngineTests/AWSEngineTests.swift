import Basics
import FoundationEssentials
import RunPilotTesting
import Testing

@Suite("The cloud of the tests")
struct AWSEngineTests {
  private let account: AWSAccount
  private let ec2: SignedCurl
  private let image: String

  init() async throws {
    account = try await TestEngines.aws.account()
    ec2 = Self.client("ec2", account)
    let ssm = Self.client("ssm", account)
    let name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    let answer = try await ssm(
      "POST", "/",
      [
        "--header", "X-Amz-Target: AmazonSSM.GetParameter", "--header", "Content-Type: application/x-amz-json-1.1", "--data",
        "{\"Name\": \"\(name)\"}",
      ])
    image = try #require(JSON.decode(JSONValue.self, from: Data(answer.body.utf8))["Parameter"]?["Value"]?.stringValue)
  }

  private static func client(_ service: String, _ account: AWSAccount, as other: AWSKey? = nil) -> SignedCurl {
    let key = other ?? account.key
    return SignedCurl(service: service, endpoint: account.engine.endpoint, accessKey: key.id, secretKey: key.secret)
  }

  /// A request to EC2: `Action` and what goes with it.
  private func ask(_ action: String, _ more: [String] = [], by client: SignedCurl? = nil) async throws -> SignedCurl.Answer {
    let fields = ["Action=\(action)", "Version=2016-11-15"] + more
    return try await (client ?? ec2)("POST", "/", fields.flatMap { ["--data-urlencode", $0] })
  }

  private func launch(_ token: String, zone: String = "us-east-1a", type: String = "t3.micro") async throws -> SignedCurl.Answer {
    try await ask(
      "RunInstances",
      [
        "ImageId=\(image)", "InstanceType=\(type)", "MinCount=1", "MaxCount=1", "ClientToken=\(token)",
        "Placement.AvailabilityZone=\(zone)",
      ])
  }

  private func states() async throws -> [String] { try await account.machines().map { $0["state"]?.stringValue ?? "" } }

  private func onlyMachine() async throws -> String { try #require(await account.machines().first?["id"]?.stringValue) }

  @Test("a wrong secret, an unknown key, and a clock that is twenty minutes off are refused")
  func signatures() async throws {
    #expect(try await ask("DescribeInstances").status == 200)
    let wrong = SignedCurl(service: "ec2", endpoint: account.engine.endpoint, accessKey: account.key.id, secretKey: "wrong")
    #expect(try await ask("DescribeInstances", by: wrong).body.contains("<Code>AuthFailure</Code>"))
    let unknown = SignedCurl(service: "ec2", endpoint: account.engine.endpoint, accessKey: "AKIANOBODY", secretKey: "wrong")
    #expect(try await ask("DescribeInstances", by: unknown).status == 401)
    var settings = AWSAccount.Settings()
    settings.serverSkew = 1200
    try await account.configure(settings)
    #expect(try await ask("DescribeInstances").body.contains("<Code>RequestExpired</Code>"))
  }

  @Test("the same token is the same machine, in another zone a second one, with other parameters a mistake, after its end an error")
  func tokens() async throws {
    let first = try await launch("once")
    #expect(try await launch("once").body == first.body)
    #expect(try await account.machines().count == 1)
    #expect(try await launch("once", zone: "us-east-1b").status == 200)
    #expect(try await account.machines().count == 2)
    #expect(try await launch("once", type: "t3.small").body.contains("IdempotentParameterMismatch"))
    let zones = try await account.machines().compactMap { $0["zone"]?.stringValue }
    #expect(Set(zones) == ["us-east-1a", "us-east-1b"])
    for machine in try await account.machines() {
      #expect(try await ask("TerminateInstances", ["InstanceId.1=\(machine["id"]?.stringValue ?? "")"]).status == 200)
    }
    #expect(try await launch("once").body.contains("IdempotentInstanceTerminated"))
    #expect(try await account.log(action: "RunInstances").map(\.wasReplayed) == [false, true, false, false, false])
  }

  @Test("an unknown parameter, a missing one and a list with a gap are refused and written down")
  func model() async throws {
    #expect(try await ask("DescribeInstances", ["InstanceIds.1=i-1"]).body.contains("UnknownParameter"))
    #expect(try await ask("TerminateInstances").body.contains("MissingParameter"))
    #expect(try await ask("DescribeInstances", ["InstanceId.2=i-1"]).status == 400)
    let found = try await account.violations()
    #expect(found.count == 3)
    #expect(found.first == "ec2 DescribeInstances unknown InstanceIds")
    try await account.forgiveViolations()
    #expect(try await ask("DescribeInstances", ["InstanceId.1=i-0123456789abcdef0"]).body.contains("InvalidInstanceID.NotFound"))
    #expect(try await account.violations().isEmpty)
  }

  @Test("a launch whose answer is lost has launched; one that never arrived has not")
  func lost() async throws {
    try await account.addFault(.drop, action: "RunInstances")
    #expect(try await launch("a").status == 0)
    #expect(try await states().isEmpty)
    try await account.addFault(.dropAnswer, action: "RunInstances")
    #expect(try await launch("a").status == 0)
    #expect(try await states().count == 1)
    #expect(try await launch("a").status == 200)
    #expect(try await states().count == 1)
  }

  @Test("a termination that says yes and does nothing for an hour")
  func late() async throws {
    #expect(try await launch("a").status == 200)
    try await account.addFault(.late(seconds: 3600), action: "TerminateInstances")
    let answer = try await ask("TerminateInstances", ["InstanceId.1=\(onlyMachine())"])
    #expect(answer.body.contains("shutting-down"))
    #expect(try await states() == ["running"])
    try await account.advanceClock(seconds: 1800)
    #expect(try await states() == ["running"])
    try await account.advanceClock(seconds: 1801)
    #expect(try await states() == ["terminated"])
    try await account.advanceClock(seconds: 3601)
    #expect(try await states().isEmpty)
  }

  @Test("a young machine that a listing does not show yet, and throttling in the middle of the pages")
  func listings() async throws {
    for token in ["a", "b"] { #expect(try await launch(token).status == 200) }
    try await account.addFault(.hide(youngerThan: 60), action: "DescribeInstances")
    #expect(try await ask("DescribeInstances").body.contains("<instanceId>") == false)
    #expect(try await ask("DescribeInstances").body.contains("<instanceId>"))
    try await account.addFault(.error("RequestLimitExceeded"), action: "DescribeInstances", parameters: ["NextToken": ".+"])
    let page = try await ask("DescribeInstances", ["MaxResults=1"])
    #expect(page.status == 200)
    let rest = try #require(page.body.split(separator: "<nextToken>").last?.split(separator: "<").first)
    #expect(try await ask("DescribeInstances", ["MaxResults=1", "NextToken=\(rest)"]).status == 503)
    #expect(try await ask("DescribeInstances", ["MaxResults=1", "NextToken=\(rest)"]).status == 200)
  }

  @Test("a user may do what its policy says: end what bears a tag, and read one prefix of a bucket")
  func policies() async throws {
    let bucket = try TestEngines.s3.bucketName("policy")
    let key = try await account.key(
      policy: """
        {"Statement": [
          {"Effect": "Allow", "Action": "ec2:TerminateInstances", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/owner": "me"}}},
          {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::\(bucket)/mine/*"}]}
        """)
    #expect(try await launch("a").status == 200)
    let machine = try await onlyMachine()
    let limited = Self.client("ec2", account, as: key)
    #expect(try await ask("TerminateInstances", ["InstanceId.1=\(machine)"], by: limited).body.contains("UnauthorizedOperation"))
    #expect(try await ask("CreateTags", ["ResourceId.1=\(machine)", "Tag.1.Key=owner", "Tag.1.Value=me"]).status == 200)
    #expect(try await ask("TerminateInstances", ["InstanceId.1=\(machine)"], by: limited).status == 200)

    let unsigned = ["--header", "x-amz-content-sha256: UNSIGNED-PAYLOAD"]
    #expect(try await Self.client("s3", account)("PUT", "/\(bucket)", unsigned).status == 200)
    let store = Self.client("s3", account, as: key)
    #expect(try await store("PUT", "/\(bucket)/mine/a", unsigned + ["--data-binary", "text"]).status == 200)
    #expect(try await store("GET", "/\(bucket)/mine/a", unsigned).body == "text")
    #expect(try await store("PUT", "/\(bucket)/other/a", unsigned + ["--data-binary", "text"]).status == 403)
    #expect(try await store("GET", "/\(bucket)/other/a", unsigned).status == 403)
    let stranger = try await TestEngines.aws.account()
    #expect(try await Self.client("s3", stranger)("GET", "/\(bucket)/mine/a", unsigned).status == 403)
  }
}
