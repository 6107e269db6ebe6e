import Cryptography
import HTTPTransport

/// A request as it is signed.
struct CanonicalRequest {
  let bytes: [UInt8]
  /// `host;x-amz-date`.
  let signedNames: String

  init(_ request: HTTPRequest, paths: RequestSigner.Paths, query: String, payload: PayloadHash) {
    let headers = Self.headers(request)
    var names = ""
    names.reserveCapacity(192)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(2_048)
    func add(_ text: String, _ end: UInt8) {
      bytes.append(contentsOf: text.utf8)
      bytes.append(end)
    }
    let lineEnd = UInt8(ascii: "\n")
    add(request.method, lineEnd)
    add(Self.path(request.path, paths), lineEnd)
    add(query, lineEnd)
    for header in headers {
      add(header.name, UInt8(ascii: ":"))
      add(header.value, lineEnd)
      if !names.isEmpty { names += ";" }
      names += header.name
    }
    bytes.append(lineEnd)
    add(names, lineEnd)
    bytes.append(contentsOf: payload.text.utf8)
    self.bytes = bytes
    signedNames = names
  }

  var hash: String { SHA256.hexDigest(of: bytes) }

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
    let isPlain = value.utf8.withContiguousStorageIfAvailable { bytes in !bytes.contains { $0 <= 0x20 } }
    if isPlain == true { return value }
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
