import Basics
import FoundationEssentials
import HTTPTransport
public import ProviderKit

/// A refusal as the API writes it (RFC 9457): `{"title", "status", "detail", "errors"}`. What stands before the API may answer something else.
public struct RunPodProblem: Sendable, Equatable {
  /// The HTTP status.
  public var status: Int
  /// In words.
  public var detail: String

  private struct Document: Decodable {
    var title: String?
    var detail: String?
    var errors: [String]?
  }

  init(status: Int, detail: String) {
    self.status = status
    self.detail = detail
  }

  /// Reads an answer's body.
  public init(status: Int, body: [UInt8]) {
    self.status = status
    if let document = try? JSON.decode(Document.self, from: Data(body)), let words = document.detail ?? document.title {
      let errors = document.errors ?? []
      detail = ([words] + errors.prefix(5)).joined(separator: "; ")
    } else {
      let text = String(decoding: body.prefix(200), as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: " ").trimmed()
      detail = text.isEmpty ? "an answer without an explanation" : text
    }
  }

  /// Words that mean: there is none of that kind now, and nothing was made. The API has no code for it.
  static let noCapacity = [
    "no longer any instances available", "no instances currently available", "no instances available",
    "does not have the resources to deploy your pod", "could not find any pods with required specifications",
  ]

  /// Whether it says that there is no capacity.
  public var isNoCapacity: Bool {
    let words = detail.lowercased()
    return Self.noCapacity.contains { words.contains($0) }
  }
}

extension ProviderError {
  /// What a refusal means.
  /// - Parameters:
  ///   - doing: the attempt, as "rent 1 × RTX 4090".
  ///   - isMutation: whether the request would have changed something.
  ///   - isCreate: whether it would have rented something: then some refusals concern that place alone.
  public init(_ problem: RunPodProblem, doing: String, isMutation: Bool, isCreate: Bool = false, retryAfter: Duration? = nil) {
    let (code, hints) = Self.meaning(problem, isCreate: isCreate)
    // What fails at the vendor's may have been done before it failed.
    let effect: Effect = isMutation && problem.status >= 500 ? .unknown : .none
    self.init(
      code, "cannot \(doing): \(problem.detail)", vendorCode: "\(problem.status)", effect: effect, retryAfter: retryAfter, hints: hints)
  }

  /// What a broken exchange means; what a mutation did is unknown as soon as the request may have arrived.
  init(_ error: HTTPError, doing: String, isMutation: Bool) {
    self.init(
      .unreachable, "cannot \(doing): \(error.message)", effect: isMutation && error.mayHaveArrived ? .unknown : .none, hints: error.hints)
  }

  private static func meaning(_ problem: RunPodProblem, isCreate: Bool) -> (Code, [String]) {
    switch problem.status {
    case 400 where isCreate && problem.isNoCapacity:
      return (.noCapacity, ["allow another GPU, cloud or data center, or try again later", "see what there is: `runpilot offers`"])
    // Rules that a request breaks, and places that cannot be had, are the same to the API: another place may do.
    case 400 where isCreate: return (.conflict, ["RunPod also says this when a place cannot be had: `runpilot offers` shows others"])
    case 401:
      return (.unauthorised, ["check the key: `runpilot providers check`", "make another: https://console.runpod.io/user/settings"])
    case 402: return (.forbidden, ["the account's balance is too low: https://console.runpod.io/user/billing"])
    case 403 where isCreate && concernsPlace(problem.detail): return (.quotaExceeded, ["allow another GPU or cloud"])
    case 403: return (.forbidden, ["the key lacks that right: it needs `Read/Write` on pods (docs/providers/runpod.md)"])
    case 404: return (.notFound, [])
    case 409: return (.conflict, [])
    case 400, 413, 422: return (.invalidRequest, [])
    case 429: return (.throttled, ["RunPod is being asked too often with this key: wait a minute"])
    default: return (problem.status >= 500 ? .vendorFault : .invalidRequest, [])
    }
  }

  /// Whether a 403 says that the account may not have that kind of machine, and not that the key may not rent.
  private static func concernsPlace(_ detail: String) -> Bool {
    let words = detail.lowercased()
    return words.contains("pool") || words.contains("gpu") || words.contains("data center")
  }
}
