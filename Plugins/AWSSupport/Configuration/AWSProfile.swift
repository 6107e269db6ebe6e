/// One profile of the shared files: what the config file and the credentials file say of it together.
public struct AWSProfile: Sendable {
  /// Its name; `default` when nobody names one.
  public let name: String
  let values: [String: ConfigFile.Value]

  /// A key's value; nil when it is absent or empty.
  public subscript(key: String) -> String? {
    guard let text = values[key]?.text, !text.isEmpty else { return nil }
    return text
  }

  /// Where a key stands, as `path:line`.
  public func place(of key: String) -> String? { values[key]?.place }

  /// Access keys in the file, both halves from the same one; nil when there are none.
  /// - Throws: ``AWSConfigurationError`` when half of them is there.
  func keys() throws(AWSConfigurationError) -> AWSCredentials? {
    let id = self["aws_access_key_id"]
    let secret = self["aws_secret_access_key"]
    guard id != nil || secret != nil else { return nil }
    guard let id, let secret else {
      let place = place(of: "aws_access_key_id") ?? place(of: "aws_secret_access_key") ?? "profile \(name)"
      let lacking = id == nil ? "aws_access_key_id" : "aws_secret_access_key"
      throw AWSConfigurationError(
        "\(place): \(lacking) is missing beside its other half", hints: ["add it, or run `aws configure --profile \(name)`"])
    }
    return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: self["aws_session_token"] ?? self["aws_security_token"])
  }
}
