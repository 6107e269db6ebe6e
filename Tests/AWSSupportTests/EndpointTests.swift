import Basics
import FoundationEssentials
import HTTPTransport
import Testing

@testable import AWSSupport

@Suite("Endpoints")
struct EndpointTests {
  private static let services: [(String, AWSService, Int)] = [
    ("ec2", .ec2, 49), ("sts", .sts, 44), ("ssm", .ssm, 44), ("pricing", .pricing, 17),
  ]

  @Test("AWS's own addresses, by botocore's rules", arguments: services.map(\.0))
  func standard(_ name: String) throws {
    let (_, service, count) = try #require(Self.services.first { $0.0 == name })
    var checked = 0
    let document = try Vectors.json("endpoints/\(name).json")
    for testCase in try #require(document["testCases"]?.arrayValue) {
      let given = testCase["params"]
      // Left out on purpose: STS's old global endpoint, and combinations that we have no setting for.
      guard let region = given?["Region"]?.stringValue, given?["Endpoint"] == nil, given?["UseGlobalEndpoint"]?.boolValue != true,
        region != "aws-global", let url = testCase["expect"]?["endpoint"]?["url"]?.stringValue
      else { continue }
      let variant = AWSEndpoint.Variant(
        dualStack: given?["UseDualStack"]?.boolValue == true, fips: given?["UseFIPS"]?.boolValue == true)
      let endpoint = try AWSEndpoint.standard(service, region: region, variant: variant)
      #expect(endpoint.origin.description == url + ":443", "\(testCase["documentation"]?.stringValue ?? "")")
      #expect(endpoint.signingRegion == region)
      checked += 1
    }
    #expect(checked == count)
  }

  @Test("where a configured address comes from, by botocore's cases")
  func configured() throws {
    let document = try Vectors.json("shared-config/profile-tests.json")
    let suite = try #require(document["testSuites"]?.arrayValue?.first)
    let world = FakeWorld(files: ["/home/u/.aws/config": Self.file(of: suite)])
    let shared = try world.shared()
    var checked = 0
    for testCase in try #require(suite["endpointUrlTests"]?.arrayValue) {
      func part(_ list: String, _ key: String) throws -> JSONValue {
        let name = try #require(testCase[key]?.stringValue)
        return try #require(suite[list]?[name])
      }
      var surroundings = world.surroundings
      surroundings.environment.merge(try part("environments", "environment").texts) { _, new in new }
      let client = try part("client_configs", "client_config")
      if client["ignore_configured_endpoint_urls"]?.boolValue == true {
        surroundings.environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true"
      }
      let name = try #require(testCase["service"]?.stringValue)
      let profile = try #require(testCase["profile"]?.stringValue)
      let found = AWSEndpoint.override(
        AWSService(name), setting: client["endpoint_url"]?.stringValue, profile: shared.profiles[profile], shared: shared, in: surroundings)
      let expected = testCase["output"]?["endpointUrl"]?.stringValue
      let address = try found?.address ?? "https://" + AWSEndpoint.standard(AWSService(name), region: "fake-region-10").origin.hostField
      #expect(address == expected, "\(testCase["name"]?.stringValue ?? "")")
      checked += 1
    }
    #expect(checked == 39)
  }

  /// The suite's profiles as the file they would stand in.
  private static func file(of suite: JSONValue) -> String {
    var text = ""
    for (name, keys) in suite["profiles"]?.objectValue ?? [:] {
      text += "[profile \(name)]\n" + keys.texts.map { "\($0) = \($1)\n" }.joined()
    }
    for (name, services) in suite["services"]?.objectValue ?? [:] {
      text += "[services \(name)]\n"
      for (service, keys) in services.objectValue ?? [:] {
        text += "\(service) =\n" + keys.texts.map { "  \($0) = \($1)\n" }.joined()
      }
    }
    return text
  }

  @Test(
    "addresses that people write",
    arguments: [
      ("http://127.0.0.1:15555", "http://127.0.0.1:15555", ""), ("https://s3.example.com/", "https://s3.example.com:443", ""),
      ("http://[::1]:9000/base/", "http://[::1]:9000", "/base"), ("HTTP://[fd00::1]", "http://[fd00::1]:80", ""),
    ])
  func custom(address: String, origin: String, path: String) throws {
    let endpoint = try AWSEndpoint.custom(address, source: "test", region: "eu-west-2")
    #expect(endpoint.origin.description == origin)
    #expect(endpoint.path == path)
    #expect(endpoint.override == "test")
  }

  @Test(
    "addresses that are none",
    arguments: [
      "example.com", "ftp://x", "http://", "http://u:p@h", "http://h:99999", "http://h?x=1", "http://[::1", "http://h:", "https://h h",
    ])
  func noAddress(_ address: String) {
    #expect(throws: AWSConfigurationError.self) { try AWSEndpoint.custom(address, source: "test", region: "eu-west-2") }
  }

  @Test("an address that is not AWS's own keeps the region for signatures, and IAM has one home")
  func signing() throws {
    let surroundings = FakeWorld(environment: ["AWS_ENDPOINT_URL": "http://127.0.0.1:1"]).surroundings
    func resolve(_ service: AWSService, in surroundings: AWSSurroundings) throws -> AWSEndpoint {
      try AWSEndpoint.resolve(service, region: "eu-west-2", setting: nil, profile: nil, shared: SharedConfiguration(), in: surroundings)
    }
    #expect(try resolve(.ec2, in: surroundings).signingRegion == "eu-west-2")
    #expect(try resolve(.iam, in: surroundings).signingRegion == "us-east-1")
    #expect(try resolve(.iam, in: FakeWorld().surroundings).origin.description == "https://iam.amazonaws.com:443")
    #expect(
      try resolve(.ec2, in: FakeWorld(environment: ["AWS_USE_DUALSTACK_ENDPOINT": "true"]).surroundings).origin.hostField
        == "ec2.eu-west-2.api.aws")
  }
}
