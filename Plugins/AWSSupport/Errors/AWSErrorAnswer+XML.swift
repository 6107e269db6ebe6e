public import HTTPTransport
import XML

extension AWSErrorAnswer {
  /// Reads a refusal of the XML protocols: EC2's `Response/Errors/Error`, the older `ErrorResponse/Error`, S3's bare `Error`.
  public init(xml body: [UInt8], head: HTTPResponseHead) {
    let root = try? XMLNode.parse(body)
    let error = root?.name == "Error" ? root : root?["Error"] ?? root?["Errors"]?["Error"]
    self.init(
      code: error?.text("Code"), message: error?.text("Message"),
      requestID: root?.text("RequestID") ?? root?.text("RequestId") ?? head.headers["x-amzn-requestid"] ?? head.headers["x-amz-request-id"],
      status: head.status)
  }
}
