/// What a machine without a role may do: use its own run's mailbox, and read its code. A session has no right that this does not name.
public struct MailboxPolicy: Sendable, Equatable {
  /// The bucket.
  public let bucket: String
  /// What every key of the run begins with, with the slash at its end.
  public let run: String
  /// Other objects that are read, by key.
  public let readable: [String]
  /// Where the bucket is.
  public let region: String

  /// A policy.
  public init(bucket: String, run: String, readable: [String], region: String) {
    self.bucket = bucket
    self.run = run
    self.readable = readable
    self.region = region
  }

  private var arn: String {
    let partition = region.hasPrefix("cn-") ? "aws-cn" : region.hasPrefix("us-gov-") ? "aws-us-gov" : "aws"
    return "arn:\(partition):s3:::\(bucket)"
  }

  /// The document, in JSON.
  public var document: String {
    let reading = readable.map { "\"\(arn)/\($0)\"" }.joined(separator: ",")
    let code = readable.isEmpty ? "" : #"{"Effect":"Allow","Action":"s3:GetObject","Resource":[\#(reading)]},"#
    return """
      {"Version":"2012-10-17","Statement":[\(code)\
      {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject","s3:AbortMultipartUpload","s3:ListMultipartUploadParts"],\
      "Resource":"\(arn)/\(run)*"},\
      {"Effect":"Allow","Action":"s3:ListBucket","Resource":"\(arn)","Condition":{"StringLike":{"s3:prefix":"\(run)*"}}}]}
      """
  }
}
