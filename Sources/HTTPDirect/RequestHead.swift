import HTTPTransport

/// Writes a request's head down (RFC 9112, section 3).
enum RequestHead {
  /// The bytes up to and including the empty line.
  /// - Parameter upgrade: the protocol to change to.
  /// - Throws: ``HTTPError`` of kind `invalidRequest` for what would end a line early and smuggle in another.
  static func bytes(for request: HTTPRequest, upgrade: String? = nil) throws(HTTPError) -> [UInt8] {
    try request.check()
    var text = "\(request.method) \(request.target) HTTP/1.1\r\nHost: \(request.origin.hostField)\r\n"
    for field in request.headers.fields {
      text += "\(field.name): \(field.value)\r\n"
    }
    if let upgrade { text += "Connection: Upgrade\r\nUpgrade: \(upgrade)\r\n" }
    switch (request.body, request.body.length) {
    case (.none, _): if request.expectsBody { text += "Content-Length: 0\r\n" }
    case (_, let length?): text += "Content-Length: \(length)\r\n"
    case (_, nil): text += "Transfer-Encoding: chunked\r\n"
    }
    return Array((text + "\r\n").utf8)
  }
}
