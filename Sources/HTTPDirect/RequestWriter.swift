import HTTPTransport

/// Writes a request to a connection.
struct RequestWriter: Sendable {
  let wire: Wire
  let waits: Waits

  func write(_ head: [UInt8], _ body: HTTPBody) throws(HTTPError) {
    switch body {
    case .none: try wire.write(head, waits)
    case .bytes(let bytes): try wire.write(head + bytes, waits)
    case .stream(let length, let next):
      try wire.write(head, waits)
      if let length { try write(length, next) } else { try writeChunks(next) }
    case .file(let file, let offset, let length):
      try wire.write(head, waits)
      try write(file, offset, length)
    }
  }

  /// The announced length is a promise: a source that gives less, or more, breaks the request off.
  private func write(_ length: Int64, _ next: () throws(HTTPError) -> [UInt8]?) throws(HTTPError) {
    var left = length
    while let piece = try next() {
      left -= Int64(piece.count)
      guard left >= 0 else { break }
      try wire.write(piece, waits)
    }
    guard left == 0 else {
      throw HTTPError(.invalidRequest, "a request's body is not as long as was announced", mayHaveArrived: true)
    }
  }

  private func write(_ file: HTTPFile, _ offset: Int64, _ length: Int64) throws(HTTPError) {
    var piece = [UInt8](repeating: 0, count: Int(min(length, 256 << 10)))
    var sent: Int64 = 0
    while sent < length {
      if length - sent < Int64(piece.count) { piece.removeLast(piece.count - Int(length - sent)) }
      let place = offset + sent
      let result = piece.withUnsafeMutableBytes { bytes in
        Result { () throws(HTTPError) in try file.read(into: bytes, at: place) }
      }
      guard try result.get() == piece.count else { throw file.becameShorter }
      try wire.write(piece, waits)
      sent += Int64(piece.count)
    }
  }

  private func writeChunks(_ next: () throws(HTTPError) -> [UInt8]?) throws(HTTPError) {
    let lineEnd = Array("\r\n".utf8)
    // An empty chunk would be the last.
    while let piece = try next() {
      guard !piece.isEmpty else { continue }
      try wire.write(Array((String(piece.count, radix: 16) + "\r\n").utf8) + piece + lineEnd, waits)
    }
    try wire.write(Array("0\r\n\r\n".utf8), waits)
  }
}
