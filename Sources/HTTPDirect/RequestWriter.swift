import HTTPTransport

/// Writes a request to a connection.
struct RequestWriter: Sendable {
  let wire: Wire
  let idle: Duration?

  func write(_ head: [UInt8], _ body: HTTPBody) throws(HTTPError) {
    switch body {
    case .none: try wire.write(head, idle: idle)
    case .bytes(let bytes): try wire.write(head + bytes, idle: idle)
    case .stream(let length, let next):
      try wire.write(head, idle: idle)
      if let length { try write(length, next) } else { try writeChunks(next) }
    }
  }

  /// The announced length is a promise: a source that gives less, or more, breaks the request off.
  private func write(_ length: Int64, _ next: () throws(HTTPError) -> [UInt8]?) throws(HTTPError) {
    var left = length
    while let piece = try next() {
      left -= Int64(piece.count)
      guard left >= 0 else { break }
      try wire.write(piece, idle: idle)
    }
    guard left == 0 else {
      throw HTTPError(.invalidRequest, "a request's body is not as long as was announced", mayHaveArrived: true)
    }
  }

  private func writeChunks(_ next: () throws(HTTPError) -> [UInt8]?) throws(HTTPError) {
    let lineEnd = Array("\r\n".utf8)
    // An empty chunk would be the last.
    while let piece = try next() {
      guard !piece.isEmpty else { continue }
      try wire.write(Array((String(piece.count, radix: 16) + "\r\n").utf8) + piece + lineEnd, idle: idle)
    }
    try wire.write(Array("0\r\n\r\n".utf8), idle: idle)
  }
}
