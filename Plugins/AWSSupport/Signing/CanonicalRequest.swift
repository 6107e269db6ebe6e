import Cryptography
import HTTPTransport

/// A request as it is signed.
struct CanonicalRequest {
  let text: String
  /// `host;x-amz-date`.
  let signedNames: String

  init(_ request: HTTPRequest, paths: RequestSigner.Paths, query: String, payload: PayloadHash) {
    let headers = Self.headers(request)
    signedNames = headers.map(\.name).joined(separator: ";")
    let path = request.target.prefix { $0 != "?" }
    var text = "\(request.method)\n\(Self.path(path, paths))\n\(query)\n"
    for header in headers { text += "\(header.name):\(header.value)\n" }
    text += "\n\(signedNames)\n\(payload.text)"
    self.text = text
  }

  var hash: String { SHA256.hexDigest(of: text.utf8) }

  static func signedNames(_ request: HTTPRequest) -> String { headers(request).map(\.name).joined(separator: ";") }

  /// Sorted by name, lines of the same name joined in their order.
  private static func headers(_ request: HTTPRequest) -> [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = [("host", request.origin.hostField)]
    for field in request.headers.fields {
      let name = field.name.lowercased()
      if unsigned.contains(name) { continue }
      if let index = headers.firstIndex(where: { $0.name == name }) {
        headers[index].value += "," + folded(field.value)
      } else {
        headers.append((name, folded(field.value)))
      }
    }
    return headers.sorted { $0.name < $1.name }
  }

  /// Without blanks at the ends, and with one for many inside.
  private static func folded(_ value: String) -> String {
    guard value.utf8.contains(where: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) else { return value }
    return value.split { $0 == " " || $0 == "\t" || $0.isNewline }.joined(separator: " ")
  }

  private static func path(_ path: Substring, _ paths: RequestSigner.Paths) -> String {
    switch paths {
    case .asSent: String(path)
    case .encodedAgain(let withoutDots): PercentEncoding.encode(withoutDots ? Self.withoutDots(path) : String(path), keep: "/")
    }
  }

  /// RFC 3986, section 5.2.4, and without empty segments.
  private static func withoutDots(_ path: Substring) -> String {
    if path == "/" { return "/" }
    var kept: [Substring] = []
    for part in path.split(separator: "/") {
      if part == ".." { _ = kept.popLast() } else if part != "." { kept.append(part) }
    }
    let endsInFolder = path.hasSuffix("/") || path.hasSuffix("/.") || path.hasSuffix("/..")
    return "/" + kept.joined(separator: "/") + (endsInFolder && !kept.isEmpty ? "/" : "")
  }

  /// What proxies and transports change on the way.
  private static let unsigned: Set<String> = ["connection", "user-agent", "expect", "transfer-encoding", "x-amzn-trace-id"]
}
