import Basics
import FoundationEssentials
import Testing

@testable import AWSSupport

@Suite("Shared configuration files")
struct SharedConfigurationTests {
  private func config(_ name: String) throws -> SharedConfiguration {
    let text = try #require(String(validating: Vectors.read("shared-config/" + name), as: UTF8.self))
    return try SharedConfiguration(config: text, configPath: name, credentials: nil, credentialsPath: "")
  }

  @Test("profiles of botocore's files")
  func profiles() throws {
    let plain = try config("aws_config")
    #expect(plain.profiles["default"]?["aws_access_key_id"] == "foo")
    #expect(plain.profiles["personal"]?["aws_security_token"] == "fiebaz")
    #expect(try config("aws_config_nocreds").profiles["default"]?["region"] == "us-west-2")
    #expect(try config("aws_sso_session_config").sessions["sso"]?["sso_region"] == "us-east-1")
    #expect(try config("aws_services_config").services["my-services"]?["s3"]?["endpoint_url"] == "https://localhost:5678/")
  }

  @Test("headers that are no profile are left out, names may be quoted")
  func headers() throws {
    let found = try config("aws_bad_profile").profiles
    #expect(Set(found.keys) == ["default", "my profile", "personal1"])
    #expect(found["personal1"]?["aws_secret_access_key"] == "key_personal1")
  }

  @Test("lines below a key belong to it")
  func nested() throws {
    let profile = try #require(try config("aws_config_nested").profiles["default"])
    #expect(profile.values["s3"]?.nested == ["signature_version": "s3v4", "addressing_style": "path"])
    #expect(profile.values["cloudwatch"]?.nested == ["signature_version": "v4"])
    #expect(profile["region"] == "us-west-2")
  }

  @Test(
    "mistakes name file and line",
    arguments: [("aws_config_bad", "aws_config_bad:1: "), ("aws_config_nested_bad", "aws_config_nested_bad:5: ")])
  func mistakes(file: String, beginning: String) throws {
    let error = #expect(throws: AWSConfigurationError.self) { try config(file) }
    #expect(error?.message.hasPrefix(beginning) == true, "\(error?.message ?? "")")
  }

  @Test("a file that is no text is named, a missing one is empty")
  func bytes() throws {
    var surroundings = FakeWorld().surroundings
    surroundings.environment["AWS_CONFIG_FILE"] = Vectors.path("shared-config/aws_config_badbytes")
    surroundings.readFile = { path throws(SystemError) in try Files.read(path) }
    let error = #expect(throws: AWSConfigurationError.self) { try SharedConfiguration.load(surroundings) }
    #expect(error?.message.contains("aws_config_badbytes is no text") == true)
    #expect(try FakeWorld().shared().profiles.isEmpty)
  }

  @Test("the credentials file's keys replace the config file's as a whole; other keys stay")
  func precedence() throws {
    let world = FakeWorld(files: [
      "/home/u/.aws/config":
        "[default]\nregion = eu-west-2 # comment\naws_access_key_id = A\naws_secret_access_key = B\naws_session_token = T\n"
        + "[profile default]\noutput = json\nregion = eu-west-3\naws_access_key_id = A\naws_secret_access_key = B\naws_session_token = T\n",
      "/home/u/.aws/credentials": "[default]\r\naws_access_key_id=C\r\naws_secret_access_key=D#E\r\n",
    ])
    let profile = try #require(try world.shared().profiles["default"])
    #expect(profile["region"] == "eu-west-3")
    #expect(profile.place(of: "region") == "/home/u/.aws/config:8")
    let keys = try #require(try profile.keys())
    #expect(keys.accessKeyID == "C")
    #expect(keys.secretAccessKey.withExposed { $0 } == "D#E")
    #expect(keys.sessionToken == nil)
  }

  @Test("half a pair of keys is an error that names the other half")
  func half() throws {
    let world = FakeWorld(files: ["/home/u/.aws/credentials": "[p]\naws_access_key_id = A\n"])
    let profile = try #require(try world.shared().profiles["p"])
    let error = #expect(throws: AWSConfigurationError.self) { try profile.keys() }
    #expect(error?.message == "/home/u/.aws/credentials:2: aws_secret_access_key is missing beside its other half")
  }

  @Test("a region comes from the nearest place, and may not smuggle anything into a host's name")
  func regions() throws {
    var world = FakeWorld(files: ["/home/u/.aws/config": "[default]\nregion = eu-west-1\n"])
    func found(_ setting: String?) throws -> AWSRegion {
      try AWSRegion.resolve(setting: setting, profile: world.shared().profiles["default"], in: world.surroundings)
    }
    #expect(try found(nil) == AWSRegion(name: "eu-west-1", source: "/home/u/.aws/config:2"))
    world.environment["AWS_DEFAULT_REGION"] = "eu-west-3"
    #expect(try found(nil).name == "eu-west-3")
    world.environment["AWS_REGION"] = "eu-west-2"
    #expect(try found(nil).source == "AWS_REGION")
    #expect(try found("us-east-1").source == "setting region")
    for bad in ["eu-west-2.evil.example", "a/b", "x y", "-a", "EU"] {
      #expect(throws: AWSConfigurationError.self, "\(bad)") { try found(bad) }
    }
    let error = #expect(throws: AWSConfigurationError.self) {
      try AWSRegion.resolve(setting: nil, profile: nil, in: FakeWorld().surroundings)
    }
    #expect(error?.hints.isEmpty == false)
  }
}
