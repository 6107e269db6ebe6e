import Basics
import FoundationEssentials
import HTTPTransport
import ProviderKit

/// A refusal as the API writes it: `{"detail": text}`, sometimes `{"error": text}`, sometimes neither.
struct LyceumProblem: Sendable, Equatable {
  var status: Int
  /// In words.
  var detail: String

  private struct Document: Decodable {
    struct Fault: Decodable { var msg: String }
    var detail: String?
    var error: String?

    private enum Key: String, CodingKey { case detail, error }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: Key.self)
      error = try? values.decode(String.self, forKey: .error)
      detail = try? values.decode(String.self, forKey: .detail)
      // A body that does not fit is answered with a list of what is wrong.
      guard detail == nil, let faults = try? values.decode([Fault].self, forKey: .detail) else { return }
      detail = faults.map(\.msg).joined(separator: "; ")
    }
  }

  init(status: Int, body: [UInt8]) {
    self.status = status
    let document = try? JSON.decode(Document.self, from: Data(body))
    let text = String(decoding: body.prefix(200), as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: " ").trimmed()
    detail = document?.detail ?? document?.error ?? (text.isEmpty ? "an answer without an explanation" : text)
  }

  /// Whether it says that there is no capacity. It comes as a fault of the server's, and nothing was made.
  var isNoCapacity: Bool {
    let words = detail.lowercased()
    return status >= 500 && words.contains("could not be provisioned") || status != 401 && words.contains("no capacity")
  }
}

extension ProviderError {
  /// What a refusal means.
  init(_ problem: LyceumProblem, doing: String, isMutation: Bool, retryAfter: Duration?) {
    let (code, hints) = Self.meaning(problem)
    let effect: Effect = isMutation && problem.status >= 500 && !problem.isNoCapacity ? .unknown : .none
    self.init(
      code, "cannot \(doing): \(problem.detail)", vendorCode: "\(problem.status)", effect: effect, retryAfter: retryAfter, hints: hints)
  }

  private static func meaning(_ problem: LyceumProblem) -> (Code, [String]) {
    if problem.isNoCapacity { return (.noCapacity, ["allow another profile, or try again later", "see what there is: `runpilot offers`"]) }
    switch problem.status {
    case 401: return (.unauthorised, ["check the key: `runpilot providers check`", "make another with `lyceum auth api-keys create`"])
    case 402: return (.forbidden, ["the account has no credits left: https://dashboard.lyceum.technology"])
    case 403: return (.forbidden, ["the key may not do that: docs/providers/lyceum.md"])
    case 404: return (.notFound, [])
    case 409: return (.conflict, [])
    case 429: return (.throttled, ["Lyceum is being asked too often with this key: wait a minute"])
    case 500...: return (.vendorFault, [])
    default: return (.invalidRequest, [])
    }
  }

  /// What a broken exchange means.
  init(_ error: HTTPError, doing: String, isMutation: Bool) {
    self.init(
      .unreachable, "cannot \(doing): \(error.message)", effect: isMutation && error.mayHaveArrived ? .unknown : .none, hints: error.hints)
  }
}
