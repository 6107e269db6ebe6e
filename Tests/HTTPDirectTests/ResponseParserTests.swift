import HTTPDirect
import HTTPTransport
import Testing

/// What came of an answer, however it was split.
private struct Outcome: Equatable, CustomStringConvertible {
  var heads: [HTTPResponseHead] = []
  var body: [UInt8] = []
  var ended = false
  var failure: HTTPError.Kind?
  var rest = 0
  var keeps = false
  var description: String {
    "\(heads.map(\.status)) \(String(decoding: body, as: UTF8.self)) ended=\(ended) failure=\(failure.map { "\($0)" } ?? "-") rest=\(rest) keeps=\(keeps)"
  }
}

private func parse(_ bytes: [UInt8], splits: [Int], method: String = "GET", limits: ResponseLimits = ResponseLimits()) -> Outcome {
  var parser = ResponseParser(method: method, limits: limits)
  var outcome = Outcome()
  func note(_ event: ResponseParser.Event) {
    switch event {
    case .interim(let head), .head(let head): outcome.heads.append(head)
    case .body(let piece): outcome.body += piece
    case .end: outcome.ended = true
    }
  }
  do throws(HTTPError) {
    var start = 0
    for end in splits + [bytes.count] {
      var input = bytes[start..<end]
      start = end
      while !outcome.ended, let event = try parser.next(&input) { note(event) }
      if outcome.ended { outcome.rest = input.count + bytes.count - end }
      if outcome.ended { break }
    }
    if !outcome.ended, let event = try parser.finish() { note(event) }
  } catch {
    outcome.failure = error.kind
  }
  outcome.keeps = parser.keepsConnection
  return outcome
}

private let ok = "HTTP/1.1 200 OK\r\n"

@Suite("Answers taken apart")
struct ResponseParserTests {
  private static let answers: [(String, body: String, failure: HTTPError.Kind?)] = [
    (ok + "Content-Length: 5\r\n\r\nhello", "hello", nil),
    (ok + "Content-Length: 5\r\n\r\nhelloHTTP/1.1", "hello", nil),
    (ok + "Content-Length: 0\r\n\r\n", "", nil),
    (ok + "content-length:5 \r\nX-Empty:\r\n\r\nhello", "hello", nil),
    (ok + "Content-Length: 5, 5\r\n\r\nhello", "hello", nil),
    (ok + "\r\nuntil the end", "until the end", nil),
    ("HTTP/1.0 200 OK\r\n\r\nold", "old", nil),
    ("HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", "x", nil),
    ("\r\n" + ok + "Content-Length: 1\r\n\r\nx", "x", nil),
    ("HTTP/1.1 200 OK\nContent-Length: 1\n\nx", "x", nil),
    ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok + "Content-Length: 1\r\n\r\nx", "x", nil),
    (ok + "X-Folded: a\r\n b\r\nContent-Length: 1\r\n\r\nx", "x", nil),
    ("HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", "", nil),
    ("HTTP/1.1 304 Not Modified\r\n\r\n", "", nil),
    (ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;name=\"v\"\r\n world\r\n0\r\n\r\n", "hello world", nil),
    (ok + "Transfer-Encoding: chunked\r\n\r\n00A\r\n0123456789\r\n0\r\nX-Trailer: 1\r\nY: 2\r\n\r\nnext", "0123456789", nil),
    (ok + "Transfer-Encoding: Chunked\r\nContent-Length: 3\r\n\r\n1\r\nx\r\n0\r\n\r\n", "x", nil),
    ("", "", .closed),
    ("HTTP/1.1 20", "", .closed),
    (ok + "Content-Length: 5\r\n\r\nhell", "hell", .closed),
    (ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "hello", .closed),
    (ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", "hello", .closed),
    ("SSH-2.0-OpenSSH_9.2\r\n", "", .malformed),
    ("HTTP/2 200 OK\r\n\r\n", "", .malformed),
    ("HTTP/1.1 2000 OK\r\n\r\n", "", .malformed),
    ("HTTP/1.1 abc OK\r\n\r\n", "", .malformed),
    (ok + "no colon\r\n\r\n", "", .malformed),
    (ok + ": no name\r\n\r\n", "", .malformed),
    (ok + "Bad Name: 1\r\n\r\n", "", .malformed),
    (ok + " folded first\r\n\r\n", "", .malformed),
    (ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "", .malformed),
    (ok + "Content-Length: -5\r\n\r\nhello", "", .malformed),
    (ok + "Content-Length: 99999999999999999999\r\n\r\nhello", "", .malformed),
    (ok + "Transfer-Encoding: gzip, chunked\r\n\r\n", "", .malformed),
    (ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "", .malformed),
    (ok + "Transfer-Encoding: chunked\r\n\r\n\r\n", "", .malformed),
    (ok + "Transfer-Encoding: chunked\r\n\r\n-1\r\n", "", .malformed),
    (ok + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n", "", .malformed),
    (ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nlonger\r\n0\r\n\r\n", "lon", .malformed),
  ]

  @Test("every answer reads as it should", arguments: answers.indices)
  func reads(_ index: Int) {
    let (text, body, failure) = Self.answers[index]
    let outcome = parse(Array(text.utf8), splits: [])
    #expect(String(decoding: outcome.body, as: UTF8.self) == body, "\(text)")
    #expect(outcome.failure == failure, "\(text)")
    #expect(outcome.ended == (failure == nil), "\(text)")
  }

  @Test("how the bytes were split makes no difference", arguments: answers.indices)
  func splits(_ index: Int) {
    let bytes = Array(Self.answers[index].0.utf8)
    let whole = parse(bytes, splits: [])
    for cut in bytes.indices { #expect(parse(bytes, splits: [cut]) == whole, "cut at \(cut)") }
    #expect(parse(bytes, splits: Array(bytes.indices)) == whole)
  }

  @Test("changed bytes never crash it, and splits still make no difference")
  func mutations() {
    var random = SystemRandomNumberGenerator()
    for (text, _, _) in Self.answers {
      for _ in 0..<60 where !text.isEmpty {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
          bytes[Int.random(in: bytes.indices, using: &random)] =
            [UInt8.random(in: 0...255), 10, 13, 58, 48, 32].randomElement(using: &random) ?? 0
        }
        let cut = Int.random(in: 0...bytes.count, using: &random)
        let (whole, split) = (parse(bytes, splits: []), parse(bytes, splits: [cut]))
        #expect(whole == split, "\(bytes) cut at \(cut)")
      }
    }
  }

  @Test("a HEAD answer has no body, whatever it announces")
  func head() {
    let outcome = parse(Array((ok + "Content-Length: 5\r\n\r\n").utf8), splits: [], method: "HEAD")
    #expect(outcome.ended && outcome.body.isEmpty && outcome.keeps)
  }

  @Test("a connection is kept only when nobody closes it and the answer's end is certain")
  func keeping() {
    let cases: [(String, Bool)] = [
      (ok + "Content-Length: 0\r\n\r\n", true),
      (ok + "Content-Length: 0\r\nConnection: close\r\n\r\n", false),
      (ok + "Content-Length: 0\r\nConnection: x, Close\r\n\r\n", false),
      ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", false),
      ("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", true),
      (ok + "\r\nbody", false),
      (ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", true),
      (ok + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n", false),
    ]
    for (text, keeps) in cases { #expect(parse(Array(text.utf8), splits: []).keeps == keeps, "\(text)") }
  }

  @Test("nothing may grow without end")
  func limits() {
    var small = ResponseLimits()
    small.headBytes = 200
    small.fieldCount = 3
    small.chunkLineBytes = 40
    let long = String(repeating: "x", count: 300)
    let chunked = ok + "Transfer-Encoding: chunked\r\n\r\n"
    let cases = [
      long, ok + "X: \(long)\r\n\r\n", ok + "A: 1\r\nB: 1\r\nC: 1\r\nD: 1\r\n\r\n", chunked + "1;\(long)\r\n",
      chunked + "0\r\nT: \(long)\r\n\r\n",
      chunked + "0\r\n" + String(repeating: "T: 1\r\n", count: 20) + "\r\n",
    ]
    for text in cases {
      let outcome = parse(Array(text.utf8), splits: [], limits: small)
      #expect(outcome.failure == .tooLarge, "\(text)")
    }
    let interim = String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 20)
    #expect(parse(Array(interim.utf8), splits: []).failure == .malformed)
  }

  @Test("what follows a change of protocol is not touched")
  func switching() {
    var parser = ResponseParser(method: "POST")
    var input = Array("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n\u{1}raw".utf8)[...]
    guard case .head(let head)? = try? parser.next(&input) else { Issue.record("no head"); return }
    #expect(head.status == 101 && head.reason == "UPGRADED")
    #expect(Array(input) == Array("\u{1}raw".utf8))
  }
}
