import HTTPTransport

/// Writes a request's head down (RFC 9112, section 3).
enum RequestHead {
  /// The bytes up to and including the empty line.
  /// - Parameter upgrade: the protocol to change to.
  /// - Throws: ``HTTPError`` of kind `invalidRequest` for what would end a line early and smuggle in another.
  static func bytes(for request: HTTPRequest, upgrade: String? = nil) throws(HTTPError) -> [UInt8] {
    guard !request.method.isEmpty, request.method.utf8.allSatisfy(HeadBuilder.isTokenByte) else {
      throw invalid("method")
    }
    guard request.target.hasPrefix("/"), request.target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw invalid("path")
    }
    var text = "\(request.method) \(request.target) HTTP/1.1\r\nHost: \(request.origin.hostField)\r\n"
    for field in request.headers.fields {
      guard !field.name.isEmpty, field.name.utf8.allSatisfy(HeadBuilder.isTokenByte),
        field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
      else { throw invalid("header line '\(field.name)'") }
      guard !ownFields.contains(field.name.lowercased()) else {
        throw invalid("header line '\(field.name)', which is the transport's own,")
      }
      text += "\(field.name): \(field.value)\r\n"
    }
    if let upgrade { text += "Connection: Upgrade\r\nUpgrade: \(upgrade)\r\n" }
    switch request.body {
    case .none: if bodyIsExpected(request.method) { text += "Content-Length: 0\r\n" }
    case .bytes(let bytes): text += "Content-Length: \(bytes.count)\r\n"
    case .stream(let length?, _): text += "Content-Length: \(length)\r\n"
    case .stream(nil, _): text += "Transfer-Encoding: chunked\r\n"
    }
    return Array((text + "\r\n").utf8)
  }

  private static let ownFields: Set<String> = [
    "host", "connection", "upgrade", "content-length", "transfer-encoding", "trailer", "te", "expect", "keep-alive",
  ]

  private static func bodyIsExpected(_ method: String) -> Bool { method == "POST" || method == "PUT" || method == "PATCH" }

  private static func invalid(_ part: String) -> HTTPError {
    HTTPError(.invalidRequest, "a request's \(part) holds what HTTP does not allow there", mayHaveArrived: false)
  }
}
