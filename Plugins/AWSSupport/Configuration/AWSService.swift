/// A service we talk to.
public struct AWSService: Sendable, Hashable {
  /// In `[services]` sections and, in capitals, in `AWS_ENDPOINT_URL_…`.
  public let id: String
  /// In its host's name.
  let hostPrefix: String
  /// In signatures.
  public let signingName: String
  /// The only region where it is, for services that are in one.
  let home: String?

  init(_ id: String, host: String? = nil, signing: String? = nil, home: String? = nil) {
    self.id = id
    hostPrefix = host ?? id
    signingName = signing ?? id
    self.home = home
  }

  /// Machines.
  public static let ec2 = AWSService("ec2")
  /// Identities.
  public static let sts = AWSService("sts")
  /// Parameters, among them the ids of images.
  public static let ssm = AWSService("ssm")
  /// Roles; global.
  public static let iam = AWSService("iam", home: "us-east-1")
  /// Objects.
  public static let s3 = AWSService("s3")
  /// Price lists; answered in three regions.
  public static let pricing = AWSService("pricing", host: "api.pricing")
  /// Quotas.
  public static let quotas = AWSService("service_quotas", host: "servicequotas", signing: "servicequotas")
}
