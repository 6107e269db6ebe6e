import HTTPTransport

/// Reads an answer's events from a connection.
struct ResponseReader {
  private let wire: Wire
  private let waits: Waits
  private var parser: ResponseParser
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)
  /// What was read and is not yet part of an event.
  private(set) var input: ArraySlice<UInt8> = []
  private var firstByte: Deadline

  init(wire: Wire, method: String, limits: ResponseLimits, waits: Waits) {
    self.wire = wire
    self.waits = waits
    parser = ResponseParser(method: method, limits: limits)
    firstByte = waits.firstByte
  }

  var keepsConnection: Bool { parser.keepsConnection && input.isEmpty }

  mutating func next() throws(HTTPError) -> ResponseParser.Event {
    while true {
      if let event = try parser.next(&input) { return event }
      // Let go of the buffer, or it would be copied before the next read.
      input = []
      let deadline = parser.isUntouched ? firstByte : waits.idle
      let count = try read(deadline)
      input = buffer[0..<count]
      if count == 0, let event = try parser.finish() { return event }
    }
  }

  private mutating func read(_ deadline: Deadline) throws(HTTPError) -> Int {
    let wire = wire
    let result = buffer.withUnsafeMutableBytes { bytes -> Result<Int, HTTPError> in
      do throws(HTTPError) { return .success(try wire.read(into: bytes, deadline: deadline)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
