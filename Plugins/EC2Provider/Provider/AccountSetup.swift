import Basics

/// What the account needs for rented machines: names, and the documents that say who may do what. Pure.
struct AccountSetup: Sendable, Equatable {
  let bucket: String
  /// Below which everything of ours lies; without slashes at its ends.
  let prefix: String
  /// Of the role and of the instance profile.
  let role: String
  let region: String
  /// Of ARNs: `aws`, `aws-cn`, `aws-us-gov`.
  let partition: String

  /// - Parameter mailbox: the setting; a bucket named after account and region when nil.
  /// - Returns: nil when `mailbox` is no address of a bucket.
  init?(mailbox: String?, role: String?, account: String, region: String, partition: String) {
    let address = mailbox ?? "s3://runpilot-\(account)-\(region)/runpilot"
    guard address.hasPrefix("s3://") else { return nil }
    let parts = address.dropFirst(5).split(separator: "/", maxSplits: 1)
    guard let name = parts.first, Self.isBucket(name) else { return nil }
    bucket = String(name)
    prefix = parts.count > 1 ? parts[1].split(separator: "/").joined(separator: "/") : ""
    let given = role.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    self.role = given ?? "runpilot-machine"
    self.region = region
    self.partition = partition
  }

  private static func isBucket(_ name: Substring) -> Bool {
    (3...63).contains(name.utf8.count)
      && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E }
  }

  var mailbox: String { prefix.isEmpty ? "s3://\(bucket)" : "s3://\(bucket)/\(prefix)" }

  private var objects: String { "arn:\(partition):s3:::\(bucket)/\(prefix.isEmpty ? "" : prefix + "/")*" }

  /// Machines, and nobody else, take the role.
  static let trust = """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}
    """

  /// The mailbox and nothing else.
  var policy: String {
    """
    {"Version":"2012-10-17","Statement":[\
    {"Sid":"Mailbox","Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject","s3:AbortMultipartUpload",\
    "s3:ListMultipartUploadParts"],"Resource":"\(objects)"},\
    {"Sid":"ListMailbox","Effect":"Allow","Action":["s3:ListBucket"],"Resource":"arn:\(partition):s3:::\(bucket)",\
    "Condition":{"StringLike":{"s3:prefix":"\(prefix.isEmpty ? "*" : prefix + "/*")"}}}]}
    """
  }

  /// Old mail goes by itself.
  var lifecycle: String {
    """
    <LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ID>runpilot</ID><Status>Enabled</Status>\
    <Filter><Prefix>\(prefix.isEmpty ? "" : prefix + "/")</Prefix></Filter><Expiration><Days>30</Days></Expiration>\
    <AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>
    """
  }

  /// The place of a new bucket; in us-east-1 none is said.
  var location: String {
    region == "us-east-1"
      ? ""
      : """
      <CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>\(region)</LocationConstraint>\
      </CreateBucketConfiguration>
      """
  }
}
