import Basics
import FoundationEssentials
import Glibc

/// What `~/.aws/config` and `~/.aws/credentials` say, or the files that `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name.
public struct SharedConfiguration: Sendable {
  /// Profiles by name.
  public private(set) var profiles: [String: AWSProfile] = [:]
  /// Keys of `[sso-session NAME]` sections, by name.
  private(set) var sessions: [String: [String: String]] = [:]
  /// Endpoints of `[services NAME]` sections: by name, service, key.
  private(set) var services: [String: [String: [String: String]]] = [:]

  /// Nothing configured.
  public init() {}

  /// Reads both texts; nil is a file that is not there.
  /// - Throws: ``AWSConfigurationError`` that names the file and its line.
  init(config: String?, configPath: String, credentials: String?, credentialsPath: String) throws(AWSConfigurationError) {
    let config = try config.map { text throws(AWSConfigurationError) in try ConfigFile(text, path: configPath) }
    let credentials = try credentials.map { text throws(AWSConfigurationError) in try ConfigFile(text, path: credentialsPath) }
    var merged: [String: [String: ConfigFile.Value]] = [:]
    var withPrefix: Set<String> = []
    for section in config?.sections ?? [] {
      guard let words = ConfigFile.words(section.header) else { continue }
      switch (words.first, words.count) {
      case ("profile", 2):
        // `[profile default]` wins over `[default]`.
        if words[1] == "default", withPrefix.insert("default").inserted { merged["default"] = nil }
        merged[words[1], default: [:]].merge(section.values) { _, new in new }
      case ("default", 1):
        if !withPrefix.contains("default") { merged["default", default: [:]].merge(section.values) { _, new in new } }
      case ("sso-session", 2): sessions[words[1], default: [:]].merge(section.values.mapValues(\.text)) { _, new in new }
      case ("services", 2): services[words[1], default: [:]].merge(section.values.mapValues(\.nested)) { _, new in new }
      default: continue
      }
    }
    for section in credentials?.sections ?? [] {
      // Keys of two files must not be mixed: the credentials file's replace all of the config file's.
      if section.values["aws_access_key_id"] != nil {
        for key in Self.secretKeys { merged[section.header]?[key] = nil }
      }
      merged[section.header, default: [:]].merge(section.values) { _, new in new }
    }
    profiles = Dictionary(uniqueKeysWithValues: merged.map { ($0.key, AWSProfile(name: $0.key, values: $0.value)) })
  }

  private static let secretKeys = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"]

  /// Reads the files that the environment names; a missing file is an empty one.
  /// - Throws: ``AWSConfigurationError`` when one is there and cannot be read or understood.
  public static func load(_ surroundings: AWSSurroundings) throws(AWSConfigurationError) -> SharedConfiguration {
    let config = surroundings.path("AWS_CONFIG_FILE", otherwise: "~/.aws/config")
    let credentials = surroundings.path("AWS_SHARED_CREDENTIALS_FILE", otherwise: "~/.aws/credentials")
    return try SharedConfiguration(
      config: try text(config, surroundings), configPath: config ?? "", credentials: try text(credentials, surroundings),
      credentialsPath: credentials ?? "")
  }

  private static func text(_ path: String?, _ surroundings: AWSSurroundings) throws(AWSConfigurationError) -> String? {
    guard let path else { return nil }
    let bytes: Data
    do throws(SystemError) { bytes = try surroundings.readFile(path) } catch {
      if error.code == ENOENT || error.code == ENOTDIR { return nil }
      throw AWSConfigurationError(error.message, hints: error.hints)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw AWSConfigurationError("\(path) is no text: it is not UTF-8", hints: ["write it again with `aws configure`"])
    }
    return text
  }
}
