extension HTTPRequest {
  /// Whether the request can be written down: nothing in it ends a line early and smuggles in another.
  ///
  /// - Throws: ``HTTPError`` of kind `invalidRequest`, that says which part is wrong and never what stands in it.
  public func check() throws(HTTPError) {
    guard !method.isEmpty, method.utf8.allSatisfy(HTTPHeaders.isTokenByte) else { throw Self.invalid("method") }
    guard target.hasPrefix("/"), target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
      throw Self.invalid("path")
    }
    for field in headers.fields {
      guard !field.name.isEmpty, field.name.utf8.allSatisfy(HTTPHeaders.isTokenByte),
        field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
      else { throw Self.invalid("header line '\(field.name)'") }
      guard !Self.ownFields.contains(field.name.lowercased()) else {
        throw Self.invalid("header line '\(field.name)', which is the transport's own,")
      }
    }
  }

  /// Whether sending the request twice does the same as sending it once (RFC 9110, section 9.2.2), as far as its method says.
  public var isIdempotent: Bool { ["GET", "HEAD", "PUT", "DELETE"].contains(method) }

  /// Whether a server expects a body, so that an empty one has to be said.
  public var expectsBody: Bool { method == "POST" || method == "PUT" || method == "PATCH" }

  private static let ownFields: Set<String> = [
    "host", "connection", "upgrade", "content-length", "transfer-encoding", "trailer", "te", "expect", "keep-alive",
  ]

  private static func invalid(_ part: String) -> HTTPError {
    HTTPError(.invalidRequest, "a request's \(part) holds what HTTP does not allow there", mayHaveArrived: false)
  }
}

extension HTTPHeaders {
  /// Whether a byte may stand in a field's name or in a method (RFC 9110, section 5.6.2).
  public static func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: tokenMarks.contains(byte)
    }
  }

  private static let tokenMarks = Set("!#$%&'*+-.^_`|~".utf8)
}
