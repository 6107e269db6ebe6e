import Basics
import CCurl
import Glibc
import HTTPTransport

/// What libcurl's codes mean to us.
enum CurlFailure {
  /// What is known of a transfer that failed.
  struct Facts {
    let code: CURLcode
    /// The library's own words; used for TLS only, since others may quote the request.
    let words: String
    /// The system's reason for a connection that failed, or 0.
    let systemCode: Int32
    /// The proxy's answer to a request for a tunnel, or 0.
    let proxyStatus: Int
    let usesProxy: Bool
    let mayHaveArrived: Bool
  }

  static func error(_ facts: Facts, _ request: HTTPRequest) -> HTTPError {
    let name = "\(request.origin)"
    func make(_ kind: HTTPError.Kind, _ message: String, hints: [String] = []) -> HTTPError {
      HTTPError(kind, message, hints: hints, mayHaveArrived: facts.mayHaveArrived)
    }
    if facts.proxyStatus >= 300 { return make(.unreachable, "the proxy does not lead to \(name): it answers \(facts.proxyStatus)") }
    switch facts.code {
    case CURLE_COULDNT_RESOLVE_HOST:
      if case .unix = request.origin { return make(.socketMissing, "\(name) is too long for a socket's path") }
      return make(.nameUnknown, "the name of \(name) is not known")
    case CURLE_COULDNT_RESOLVE_PROXY: return make(.nameUnknown, "the name of the proxy for \(name) is not known", hints: [proxyHint])
    case CURLE_COULDNT_CONNECT: return notConnected(facts, name)
    case CURLE_OPERATION_TIMEDOUT: return make(.timedOut, "\(name) did not let us connect in time")
    case CURLE_PROXY: return make(.unreachable, "the proxy does not lead to \(name)", hints: [proxyHint])
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING:
      return make(.malformed, "what answers at \(name) does not speak HTTP")
    case CURLE_GOT_NOTHING: return make(.closed, "\(name) closed the connection without an answer")
    case CURLE_PARTIAL_FILE: return make(.closed, "\(name) closed the connection in the middle of an answer")
    case CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND, CURLE_RECV_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      return make(.closed, "\(name) broke the connection")
    case CURLE_OUT_OF_MEMORY: return make(.unreachable, "no memory is left to talk to \(name)")
    default: break
    }
    guard let reason = tlsReason(facts) else {
      return make(.closed, "the exchange with \(name) failed: \(String(cString: rp_curl_strerror(facts.code)))")
    }
    return make(.tls, "no TLS with \(name): \(reason)", hints: tlsHints(request.origin))
  }

  private static let proxyHint = "check the proxy: `env | grep -i _proxy`"

  private static func notConnected(_ facts: Facts, _ name: String) -> HTTPError {
    let kind: HTTPError.Kind =
      switch facts.systemCode {
      case ENOENT, ENOTDIR, ENAMETOOLONG: .socketMissing
      case ECONNREFUSED: .refused
      case EACCES, EPERM: .notAllowed
      case ETIMEDOUT: .timedOut
      default: .unreachable
      }
    let place = facts.usesProxy ? "the proxy for \(name)" : name
    let reason = facts.systemCode == 0 ? "" : ": \(SystemError.reason(facts.systemCode))"
    return HTTPError(kind, "cannot connect to \(place)\(reason)", hints: facts.usesProxy ? [proxyHint] : [], mayHaveArrived: false)
  }

  private static func tlsReason(_ facts: Facts) -> String? {
    switch facts.code {
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
      CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED, CURLE_SSL_CRL_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS,
      CURLE_USE_SSL_FAILED:
      let words = facts.words.trimmed()
      return words.isEmpty ? String(cString: rp_curl_strerror(facts.code)) : words
    default: return nil
    }
  }

  private static func tlsHints(_ origin: HTTPOrigin) -> [String] {
    guard case .https(let host, let port) = origin else { return [] }
    return ["see what the server shows: `openssl s_client -connect \(host):\(port) -servername \(host) </dev/null`"]
  }
}
