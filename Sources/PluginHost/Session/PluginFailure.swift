import Basics
import PluginProtocol
import ProviderKit

/// Why a request of a plugin came to nothing.
enum PluginFailure: Error, Sendable {
  /// The plugin said so.
  case refused(WireFailure)
  /// Its process ended; the words say how.
  case died(String)
  /// It broke the protocol, and was ended for it.
  case violated(PluginViolation)
  /// No answer came in time.
  case silent(Duration)
  /// Nobody wanted the answer any more.
  case canceled
  /// The answer is not of the form that was agreed on.
  case misshapen(String)
  /// What was to be asked does not fit into a line.
  case tooLong(Int)

  /// What it is for those who asked.
  /// - Parameters:
  ///   - plugin: which plugin it is, for people.
  ///   - tail: the last line that it wrote to stderr.
  func error(_ method: PluginMethod, plugin: String, tail: String?) -> ProviderError {
    let effect: ProviderError.Effect = method.isMutation ? .unknown : .none
    let said = tail.map { ["its last words on stderr: \($0)"] } ?? []
    let asked = "was asked to \(Self.verb(method))"
    switch self {
    case .refused(let failure): return failure.providerError(isMutation: method.isMutation)
    case .died(let how):
      return ProviderError(
        .vendorFault, "\(plugin) \(how) when it \(asked)", effect: effect, hints: said + ["see what is wrong: `runpilot plugins test PATH`"]
      )
    case .violated(let violation):
      return ProviderError(
        .invalidRequest, "\(plugin) \(violation.words); it was ended", effect: effect, hints: [violation.hint] + said)
    case .silent(let limit):
      return ProviderError(
        .unreachable, "\(plugin) did not answer within \(Int(limit.inSeconds)) s when it \(asked)", effect: effect, hints: said)
    case .canceled: return ProviderError(.unreachable, "interrupted while \(plugin) \(asked)", effect: effect)
    case .misshapen(let words):
      return ProviderError(
        .invalidRequest, "\(plugin) answered in another form than agreed when it \(asked): \(words)", effect: effect,
        hints: ["see what is wrong: `runpilot plugins test PATH`"])
    case .tooLong(let bytes):
      return ProviderError(
        .invalidRequest, "what \(plugin) is to be asked has \(bytes) bytes, and a line may have \(PluginProtocol.longestLine)")
    }
  }

  private static func verb(_ method: PluginMethod) -> String { "`\(method.rawValue)`" }
}
