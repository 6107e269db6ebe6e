import Basics

/// A cloud that looks like AWS and lies when told; `dev/engine-aws/README.md` says how true it is.
public struct AWSEngine: Sendable {
  /// EC2, STS, IAM, SSM, Service Quotas, Pricing and S3, such as `http://127.0.0.1:20001`.
  public let endpoint: String
  private let control: EngineControl

  init(endpoint: String, control: EngineControl) {
    self.endpoint = endpoint
    self.control = control
  }

  /// Opens an account: nothing is in it, and no other test sees it.
  public func account(_ settings: AWSAccount.Settings = AWSAccount.Settings()) async throws -> AWSAccount {
    let told = try await control("POST", "/accounts", settings.json)
    guard let id = told["account"]?.stringValue else { throw EngineRefusal(description: "an account without a number") }
    return AWSAccount(id: id, engine: self, key: try AWSKey(told), control: control)
  }
}

/// An access key.
public struct AWSKey: Sendable, Equatable {
  /// AWS_ACCESS_KEY_ID.
  public let id: String
  /// AWS_SECRET_ACCESS_KEY.
  public let secret: String
  /// AWS_SESSION_TOKEN, of a temporary key.
  public let token: String?
  /// Whose it is.
  public let arn: String

  init(_ told: JSONValue) throws(EngineRefusal) {
    guard let id = told["access_key"]?.stringValue, let secret = told["secret_key"]?.stringValue, let arn = told["arn"]?.stringValue else {
      throw EngineRefusal(description: "no key was given")
    }
    (self.id, self.secret, self.arn, token) = (id, secret, arn, told["token"]?.stringValue)
  }
}
