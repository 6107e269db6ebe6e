public import HTTPTransport

/// Takes HTTP/1.1 answers apart (RFC 9112): bytes in, events out, no I/O. How the bytes were split among reads makes no difference.
public struct ResponseParser: Sendable {
  /// What the bytes meant.
  public enum Event: Sendable, Equatable {
    /// An answer of status 1xx; the real one follows.
    case interim(HTTPResponseHead)
    /// The answer's head.
    case head(HTTPResponseHead)
    /// Some of the body; never empty.
    case body(ArraySlice<UInt8>)
    /// The answer is complete; what is left of the input is not part of it.
    case end
  }

  private enum State {
    case head
    case fixed(left: Int64)
    case chunked(ChunkedDecoder)
    case untilClose
    case done
  }

  private let method: String
  private let limits: ResponseLimits
  private var state = State.head
  private var line: [UInt8] = []
  private var builder = HeadBuilder()
  private var headBytes = 0
  private var interimHeads = 0
  private var endsConnection = false

  /// A parser of the answer to one request.
  public init(method: String, limits: ResponseLimits = ResponseLimits()) {
    self.method = method
    self.limits = limits
  }

  /// Whether the connection can carry another request, once the answer has ended.
  public var keepsConnection: Bool { if case .done = state { !endsConnection } else { false } }

  /// Whether no byte of an answer has come yet.
  public private(set) var isUntouched = true

  /// The next event in `input`, which is shortened by what was used; nil when more bytes are needed.
  /// - Throws: ``HTTPError`` of kind `malformed` or `tooLarge`; the parser is of no use afterwards.
  public mutating func next(_ input: inout ArraySlice<UInt8>) throws(HTTPError) -> Event? {
    if !input.isEmpty { isUntouched = false }
    switch state {
    case .head: return try nextInHead(&input)
    case .fixed(left: 0):
      state = .done
      return .end
    case .fixed(let left):
      guard !input.isEmpty else { return nil }
      let piece = input.prefix(Int(min(left, Int64(input.count))))
      input = input.dropFirst(piece.count)
      state = .fixed(left: left - Int64(piece.count))
      return .body(piece)
    case .chunked(var decoder):
      let piece = try decoder.next(&input)
      state = .chunked(decoder)
      if let piece { return .body(piece) }
      guard decoder.isDone else { return nil }
      state = .done
      return .end
    case .untilClose:
      guard !input.isEmpty else { return nil }
      defer { input = [] }
      return .body(input)
    case .done: return nil
    }
  }

  /// What the end of the connection means: `.end` for a body that reaches up to it, nil after a complete answer.
  /// - Throws: ``HTTPError`` of kind `closed` when the answer broke off.
  public mutating func finish() throws(HTTPError) -> Event? {
    switch state {
    case .done: return nil
    case .untilClose, .fixed(left: 0):
      state = .done
      return .end
    case .head:
      throw HTTPError(
        .closed, isUntouched ? "the connection was closed without an answer" : "the connection was closed in an answer's head",
        mayHaveArrived: true)
    case .fixed, .chunked: throw HTTPError(.closed, "the connection was closed in the middle of an answer", mayHaveArrived: true)
    }
  }

  private mutating func nextInHead(_ input: inout ArraySlice<UInt8>) throws(HTTPError) -> Event? {
    while let end = input.firstIndex(of: UInt8(ascii: "\n")) {
      line += input[input.startIndex..<end]
      headBytes += input.distance(from: input.startIndex, to: end) + 1
      input = input[input.index(after: end)...]
      try checkHeadSize()
      if line.last == UInt8(ascii: "\r") { line.removeLast() }
      defer { line.removeAll(keepingCapacity: true) }
      if let head = try builder.take(line, fieldLimit: limits.fieldCount) { return try begin(head) }
    }
    headBytes += input.count
    line += input
    input = []
    try checkHeadSize()
    return nil
  }

  private func checkHeadSize() throws(HTTPError) {
    guard headBytes <= limits.headBytes else {
      throw HTTPError(.tooLarge, "an answer's head is longer than \(limits.headBytes) bytes", mayHaveArrived: true)
    }
  }

  private mutating func begin(_ head: HTTPResponseHead) throws(HTTPError) -> Event {
    let isOldVersion = builder.isOldVersion
    builder = HeadBuilder()
    headBytes = 0
    if (100..<200).contains(head.status) && head.status != 101 {
      interimHeads += 1
      guard interimHeads <= limits.interimHeads else {
        throw HTTPError(.malformed, "the server keeps announcing an answer and does not give it", mayHaveArrived: true)
      }
      return .interim(head)
    }
    state = try framing(of: head, isOldVersion: isOldVersion)
    return .head(head)
  }

  /// RFC 9112, section 6.3, in its order.
  private mutating func framing(of head: HTTPResponseHead, isOldVersion: Bool) throws(HTTPError) -> State {
    let connection = head.headers.words(of: "Connection")
    endsConnection = connection.contains("close") || (isOldVersion && !connection.contains("keep-alive"))
    if method == "HEAD" || head.status == 101 || head.status == 204 || head.status == 304 { return .fixed(left: 0) }
    let codings = head.headers.words(of: "Transfer-Encoding")
    if !codings.isEmpty {
      guard codings == ["chunked"] else {
        throw HTTPError(.malformed, "the answer uses a transfer encoding that was not asked for", mayHaveArrived: true)
      }
      // Two framings at once may be an attack (section 6.1): the connection is not trusted with another answer.
      if head.headers["Content-Length"] != nil { endsConnection = true }
      return .chunked(ChunkedDecoder(lineLimit: limits.chunkLineBytes))
    }
    let lengths = Set(head.headers.words(of: "Content-Length"))
    guard let text = lengths.first else {
      endsConnection = true
      return .untilClose
    }
    guard lengths.count == 1, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int64(text) else {
      throw HTTPError(.malformed, "the answer's Content-Length is none", mayHaveArrived: true)
    }
    return .fixed(left: length)
  }
}
