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
    var text = request.method
    text.reserveCapacity(1_024)
    text += "\n"
    text += Self.path(request.path, paths)
    text += "\n"
    text += query
    text += "\n"
    for header in headers {
      text += header.name
      text += ":"
      text += header.value
      text += "\n"
    }
    text += "\n"
    text += signedNames
    text += "\n"
    text += payload.text
    self.text = text
  }

  var hash: String { SHA256.hexDigest(of: text.utf8) }

  static func signedNames(_ request: HTTPRequest) -> String { headers(request).map(\.name).joined(separator: ";") }

  /// Sorted by name, lines of the same name joined in their order.
  private static func headers(_ request: HTTPRequest) -> [(name: String, value: String)] {
    var headers: [(name: String, value: String)] = [("host", request.origin.hostField)]
    for field in request.headers.fields {
      let name = Self.lowercased(field.name)
      if isChangedOnTheWay(name) { continue }
      if let index = headers.firstIndex(where: { $0.name == name }) {
        headers[index].value += "," + folded(field.value)
      } else {
        headers.append((name, folded(field.value)))
      }
    }
    return headers.sorted { $0.name < $1.name }
  }

  /// Names are ASCII, and most are written so.
  private static func lowercased(_ name: String) -> String {
    guard name.utf8.contains(where: { (0x41...0x5A).contains($0) }) else { return name }
    return String(unsafeUninitializedCapacity: name.utf8.count) { buffer in
      var count = 0
      for byte in name.utf8 {
        buffer[count] = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
        count += 1
      }
      return count
    }
  }

  /// Without blanks at the ends, and with one for many inside.
  private static func folded(_ value: String) -> String {
    // A blank, or one of the control characters below it.
    guard value.utf8.contains(where: { $0 <= 0x20 }) else { return value }
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

  /// What proxies and transports change is not signed.
  private static func isChangedOnTheWay(_ name: String) -> Bool {
    switch name {
    case "connection", "user-agent", "expect", "transfer-encoding", "x-amzn-trace-id": true
    default: false
    }
  }
}

extension HTTPRequest {
  /// The target without its query.
  var path: Substring { target.utf8.firstIndex(of: UInt8(ascii: "?")).map { target[..<$0] } ?? target[...] }
}
