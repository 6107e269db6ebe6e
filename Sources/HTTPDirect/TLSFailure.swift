import COpenSSL
import HTTPTransport

/// OpenSSL's reasons in words.
enum TLSFailure {
  /// An error with the newest reason in this thread's queue, which is emptied.
  static func error(_ what: String, hints: [String] = [], mayHaveArrived: Bool = false) -> HTTPError {
    let reason = takeReason()
    return HTTPError(.tls, reason.map { "\(what): \($0)" } ?? what, hints: hints, mayHaveArrived: mayHaveArrived)
  }

  /// The newest reason, without OpenSSL's codes and places.
  static func takeReason() -> String? {
    var reason: String?
    while true {
      let code = ERR_get_error()
      guard code != 0 else { return reason }
      if let text = ERR_reason_error_string(code) { reason = String(cString: text) }
    }
  }
}
