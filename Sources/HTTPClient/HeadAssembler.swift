import Basics
import HTTPTransport

/// Puts an answer's head together from the lines that libcurl hands over; interim heads and trailers are dropped.
struct HeadAssembler: Sendable {
  private static let mostBytes = 64 << 10
  private static let mostFields = 256

  private var status: (code: Int, reason: String)?
  private var fields: [(name: String, value: String)] = []
  private var bytes = 0
  private var isDone = false

  /// Takes one line with its end; the whole head once the line is the empty one after it.
  mutating func take(_ line: UnsafeRawBufferPointer) throws(HTTPError) -> HTTPResponseHead? {
    guard !isDone else { return nil }
    bytes += line.count
    guard bytes <= Self.mostBytes else { throw Self.tooLarge("longer than \(Self.mostBytes) bytes") }
    let text = String(decoding: line, as: UTF8.self)
    if text.hasPrefix("HTTP/") && fields.isEmpty {
      try takeStatus(text)
    } else if text.first == " " || text.first == "\t", let last = fields.popLast() {
      fields.append((last.name, (last.value + " " + text.trimmed()).trimmed()))
    } else if let colon = text.firstIndex(of: ":") {
      guard fields.count < Self.mostFields else { throw Self.tooLarge("of more than \(Self.mostFields) lines") }
      fields.append((String(text[..<colon]), text[text.index(after: colon)...].trimmed()))
    } else if text.trimmed().isEmpty {
      return end()
    }
    return nil
  }

  private mutating func end() -> HTTPResponseHead? {
    defer { (status, fields) = (nil, []) }
    guard let status, status.code == 101 || !(100..<200).contains(status.code) else { return nil }
    isDone = true
    var headers = HTTPHeaders()
    for field in fields { headers.add(field.name, field.value) }
    return HTTPResponseHead(status: status.code, reason: status.reason, headers: headers)
  }

  private mutating func takeStatus(_ line: String) throws(HTTPError) {
    let parts = line.trimmed().split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[1].utf8.count == 3, let code = Int(parts[1]), (100..<600).contains(code) else {
      throw HTTPError(.malformed, "what answers does not speak HTTP", mayHaveArrived: true)
    }
    status = (code, parts.count > 2 ? String(parts[2]) : "")
  }

  private static func tooLarge(_ how: String) -> HTTPError { HTTPError(.tooLarge, "an answer's head is \(how)", mayHaveArrived: true) }
}
