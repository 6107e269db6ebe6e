import FoundationEssentials
import HTTPTransport
import ProviderKit
import Retrying
import XML

/// What a store said when it refused.
struct S3Refusal: Sendable {
  let head: HTTPResponseHead
  let answer: AWSErrorAnswer
  /// Where the bucket is, when the refusal says so.
  let region: String?
}

extension S3Bucket {
  func refusal(_ response: HTTPResponse) async -> S3Refusal {
    // What cannot be read explains nothing, and the status still does.
    let body = (try? await response.body.collect(limit: 1 << 20)) ?? []
    return S3Refusal(response.head, body)
  }

  func failure(_ refusal: S3Refusal, _ call: S3Call) -> ProviderError {
    let after = RetryAfter.parse(refusal.head.headers["Retry-After"], now: client.now())
    let error = ProviderError(refusal.answer, doing: call.doing, isMutation: call.isMutation, retryAfter: after)
    return error.hinted(hints(refusal, error))
  }

  private func hints(_ refusal: S3Refusal, _ error: ProviderError) -> [String] {
    switch refusal.answer.code {
    case "NoSuchBucket": return ["check the name: there is no bucket `\(name)` at \(client.endpoint.origin)"]
    case "RequestTimeTooSkewed": return skewHints(refusal.head)
    case "SignatureDoesNotMatch":
      return ["the secret access key does not belong to this key id: check AWS_SECRET_ACCESS_KEY, or `aws configure`"]
    case "InvalidAccessKeyId":
      return ["\(client.endpoint.origin) does not know this access key: check AWS_ACCESS_KEY_ID, or `aws configure`"]
    default:
      if (300..<400).contains(refusal.head.status) {
        return ["the bucket is elsewhere: set `region` or `endpoint` of the storage in providers.toml"]
      }
      return error.hints
    }
  }

  private func skewHints(_ head: HTTPResponseHead) -> [String] {
    guard let theirs = ClockSkew.parse(head.headers["Date"]) else { return ["set this machine's clock: `timedatectl set-ntp true`"] }
    let off = Int(client.now().timeIntervalSince(theirs).rounded())
    return [
      "this machine's clock is \(abs(off) / 60) minutes \(off < 0 ? "slow" : "fast"): `timedatectl set-ntp true` mends it"
    ]
  }
}

extension S3Refusal {
  init(_ head: HTTPResponseHead, _ body: [UInt8]) {
    let root = body.isEmpty ? nil : try? XMLNode.parse(body)
    var answer = AWSErrorAnswer(xml: body, head: head)
    if body.isEmpty, answer.code == nil { answer.message = Self.words(head) }
    let header = head.headers["x-amz-bucket-region"]
    // A refusal of permission names the region too, and is none the less one.
    let isElsewhere = (300..<400).contains(head.status) || head.status == 400
    let named = root?.text("Region")
    self.init(head: head, answer: answer, region: isElsewhere ? named ?? header : nil)
  }

  /// Answers to HEAD have no body.
  private static func words(_ head: HTTPResponseHead) -> String? {
    switch head.status {
    case 301, 307: "the bucket is in another region"
    case 403: "the store does not allow it, or does not know who asks"
    case 404: "there is no such bucket or object"
    default: head.reason.isEmpty ? nil : head.reason
    }
  }
}

extension HTTPResponseHead {
  /// Some stores call a wrong clock a lack of permission.
  var isAboutTime: Bool { status == 403 && ClockSkew.parse(headers["Date"]) != nil }
}

extension ProviderError {
  func hinted(_ hints: [String]) -> ProviderError {
    ProviderError(code, message, vendorCode: vendorCode, requestID: requestID, effect: effect, retryAfter: retryAfter, hints: hints)
  }
}
