import Basics
import FoundationEssentials
import ProviderKit

/// What an answer of slurmrestd says went wrong: `{"errors": [{"error", "error_number", "description", "source"}]}`, else plain text.
struct RestFault: Sendable, Equatable {
  var status: Int
  /// Slurm's number of the error (slurm_errno.h); nil when it has none.
  var number: Int?
  /// In words.
  var detail: String

  private struct Document: Decodable {
    var errors: [Fault]?
    struct Fault: Decodable {
      var error: String?
      var description: String?
      var number: Int?

      init(description: String?, number: Int?) { (self.description, self.number) = (description, number) }

      private enum Key: String, CodingKey { case error, description, error_number, error_code }

      init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        error = try? values.decode(String.self, forKey: .error)
        description = try? values.decode(String.self, forKey: .description)
        number = (try? values.decode(Int.self, forKey: .error_number)) ?? (try? values.decode(Int.self, forKey: .error_code))
      }
    }
  }

  /// What became of each job that was to be cancelled, since v0.0.42: `{"status": [{"error": {"code", "message"}, "step_id"}]}`.
  private struct Outcomes: Decodable {
    var status: [Outcome]
    struct Outcome: Decodable { var error: Refusal? }
    struct Refusal: Decodable {
      var code: Int?
      var message: String?
    }

    var faults: [Document.Fault] {
      status.compactMap(\.error).filter { ($0.code ?? 0) != 0 }.map { Document.Fault(description: $0.message, number: $0.code) }
    }
  }

  /// Nil for an answer that names no error and whose status is none. One that was a success may name some: they are no more than remarks then.
  init?(status: Int, body: [UInt8]) {
    self.status = status
    var faults = (try? JSON.decode(Document.self, from: Data(body)))?.errors ?? []
    faults += (try? JSON.decode(Outcomes.self, from: Data(body)))?.faults ?? []
    // Its own errors are around -1 and 9000: what the cluster says comes first.
    let told = faults.first { (1...8_999).contains($0.number ?? 0) } ?? faults.first
    if let told {
      number = told.number
      let words = [told.error, told.description].compactMap(\.self).filter { !$0.isEmpty && $0 != "Unspecified error" }
      detail = words.isEmpty ? "error \(told.number ?? 0), without an explanation" : words.joined(separator: ": ")
    } else {
      guard !(200..<300).contains(status) else { return nil }
      let text = String(decoding: body.prefix(200), as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: " ").trimmed()
      detail = text.isEmpty || text.hasPrefix("{") || text.hasPrefix("<") ? "HTTP status \(status)" : text
    }
  }

  /// ESLURM_INVALID_JOB_ID, ESLURM_ALREADY_DONE.
  var isUnknownJob: Bool { number == 2_017 || number == 2_021 }
  /// "Nothing found with query": an empty list, told as an error.
  var isNothing: Bool { number == 9_003 }
  /// Whether it says that the token, or the user, is not known.
  var isRefusal: Bool { status == 401 || number == 1_007 || detail.lowercased().contains("authentication") }
  /// slurmrestd was told nothing by the controller: it is away, or does not take the token. It does not say which.
  var isVague: Bool { status >= 500 && (number ?? -1) == -1 }

  /// What it means.
  /// - Parameter isToken: another question has shown that the token is refused.
  func error(doing: String, changes: Bool, isToken: Bool = false) -> ProviderError {
    if isRefusal || isToken {
      return ProviderError(
        .unauthorised, "cannot \(doing): the cluster does not take the token: \(detail)", vendorCode: code,
        // What another question has shown is how it is now: the token may have ended since the controller took it.
        effect: changes && !isRefusal ? .unknown : .none, hints: TokenSource.hints)
    }
    if isVague {
      return ProviderError(
        .unreachable, "cannot \(doing): slurmrestd was told nothing by Slurm's controller: \(detail)", vendorCode: code,
        effect: changes ? .unknown : .none,
        hints: ["see whether the controller answers: `scontrol ping`"] + TokenSource.hints.prefix(1))
    }
    if status == 404 || status == 400 && number == nil {
      return ProviderError(.invalidRequest, "cannot \(doing): \(detail)", vendorCode: code)
    }
    let told = SlurmFault.meaning(of: detail)
    return ProviderError(
      told?.code ?? (status < 500 ? .invalidRequest : .vendorFault), "cannot \(doing): \(detail)", vendorCode: code,
      // What is refused by one of the controller's own numbers (slurm_errno.h: 2000 to 4999), or before it was asked, did nothing.
      effect: changes ? told?.effect ?? ((400..<500).contains(status) || (2_000..<5_000).contains(number ?? 0) ? .none : .unknown) : .none,
      hints: ["see what the cluster has: `runpilot offers`, and whether it works: `runpilot providers check`"])
  }

  private var code: String { number.map { "Slurm \($0)" } ?? "HTTP \(status)" }
}
