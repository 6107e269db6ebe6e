import HTTPTransport

/// Takes the chunked transfer coding apart (RFC 9112, section 7.1). Extensions and trailers are read and dropped.
struct ChunkedDecoder: Sendable {
  private enum State {
    case size
    case data(left: Int64)
    /// The line end after a chunk's data.
    case dataEnd
    case trailers
    case done
  }

  private let lineLimit: Int
  private var state = State.size
  private var line: [UInt8] = []
  private var trailerBytes = 0

  init(lineLimit: Int) { self.lineLimit = lineLimit }

  /// Whether the last chunk and its trailers have been read.
  var isDone: Bool { if case .done = state { true } else { false } }

  /// Some of the data, or nil at the end and when more bytes are needed.
  mutating func next(_ input: inout ArraySlice<UInt8>) throws(HTTPError) -> ArraySlice<UInt8>? {
    while !isDone {
      if case .data(let left) = state {
        guard !input.isEmpty else { return nil }
        let piece = input.prefix(Int(min(left, Int64(input.count))))
        input = input.dropFirst(piece.count)
        state = left == Int64(piece.count) ? .dataEnd : .data(left: left - Int64(piece.count))
        return piece
      }
      guard try takeLine(&input) else { return nil }
      try endLine()
    }
    return nil
  }

  /// - Returns: false when the line is not complete yet.
  private mutating func takeLine(_ input: inout ArraySlice<UInt8>) throws(HTTPError) -> Bool {
    let end = input.firstIndex(of: UInt8(ascii: "\n"))
    line += input[input.startIndex..<(end ?? input.endIndex)]
    input = end.map { input[input.index(after: $0)...] } ?? []
    guard line.count + trailerBytes <= lineLimit else {
      throw HTTPError(.tooLarge, "a chunk's head is longer than \(lineLimit) bytes", mayHaveArrived: true)
    }
    guard end != nil else { return false }
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return true
  }

  private mutating func endLine() throws(HTTPError) {
    switch state {
    case .size:
      let size = try Self.size(line)
      state = size == 0 ? .trailers : .data(left: size)
    case .dataEnd:
      guard line.isEmpty else { throw HTTPError(.malformed, "a chunk is longer than it said", mayHaveArrived: true) }
      state = .size
    case .trailers:
      trailerBytes += line.count + 2
      if line.isEmpty { state = .done }
    case .data, .done: break
    }
    line.removeAll(keepingCapacity: true)
  }

  private static func size(_ line: [UInt8]) throws(HTTPError) -> Int64 {
    let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    let text = String(decoding: digits, as: UTF8.self)
    guard digits.allSatisfy(isHexDigit), let size = Int64(text, radix: 16) else {
      throw HTTPError(.malformed, "a chunk does not say how long it is", mayHaveArrived: true)
    }
    return size
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
    default: false
    }
  }
}
