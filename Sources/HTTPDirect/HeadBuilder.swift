import Basics
import HTTPTransport

/// Puts an answer's head together, line by line.
struct HeadBuilder: Sendable {
  private var status: (code: Int, reason: String)?
  private var fields: [(name: String, value: String)] = []
  /// Whether the answer is HTTP/1.0, whose connections end unless said otherwise.
  private(set) var isOldVersion = false

  /// Takes one line without its end; the whole head once the line is the empty one after it.
  mutating func take(_ line: [UInt8], fieldLimit: Int) throws(HTTPError) -> HTTPResponseHead? {
    guard let status else {
      // A stray line end before the answer is forgiven (RFC 9112, section 2.2).
      if !line.isEmpty { try takeStatus(line) }
      return nil
    }
    if line.isEmpty {
      var headers = HTTPHeaders()
      for field in fields { headers.add(field.name, field.value) }
      return HTTPResponseHead(status: status.code, reason: status.reason, headers: headers)
    }
    guard fields.count < fieldLimit else {
      throw HTTPError(.tooLarge, "an answer has more than \(fieldLimit) header lines", mayHaveArrived: true)
    }
    try takeField(line)
    return nil
  }

  private mutating func takeStatus(_ line: [UInt8]) throws(HTTPError) {
    let text = String(decoding: line, as: UTF8.self)
    let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[0] == "HTTP/1.1" || parts[0] == "HTTP/1.0", parts[1].utf8.count == 3, let code = Int(parts[1]),
      (100..<600).contains(code)
    else { throw HTTPError(.malformed, "what answers does not speak HTTP/1.1", mayHaveArrived: true) }
    isOldVersion = parts[0] == "HTTP/1.0"
    status = (code, parts.count > 2 ? String(parts[2]) : "")
  }

  private mutating func takeField(_ line: [UInt8]) throws(HTTPError) {
    if line[0] == UInt8(ascii: " ") || line[0] == UInt8(ascii: "\t") {
      // A folded line continues the one before (RFC 9112, section 5.2).
      guard let last = fields.popLast() else { throw Self.malformed }
      fields.append((last.name, (last.value + " " + String(decoding: line, as: UTF8.self).trimmed()).trimmed()))
      return
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 0, line[..<colon].allSatisfy(HTTPHeaders.isTokenByte) else {
      throw Self.malformed
    }
    let value = String(decoding: line[(colon + 1)...], as: UTF8.self).trimmed()
    fields.append((String(decoding: line[..<colon], as: UTF8.self), value))
  }

  private static let malformed = HTTPError(.malformed, "the answer has a header line that is none", mayHaveArrived: true)
}
