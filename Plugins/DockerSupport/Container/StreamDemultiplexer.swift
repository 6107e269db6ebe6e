/// Takes an engine's multiplexed stream apart: frames of an eight-byte head (stream number, three zeros, length in network order) and a
/// payload (Engine API, "Attach to a container", section "Stream format"). Frames may be cut anywhere.
///
/// Stdout and stderr come out in the order in which they arrived, as one stream of bytes.
public struct StreamDemultiplexer: Sendable {
  /// The stream is no multiplexed one.
  public struct Malformed: Error, Sendable, Equatable {}

  private var head: UInt64 = 0
  private var headBytes = 0
  private var left = 0

  /// A demultiplexer at the beginning of a frame.
  public init() {}

  /// Whether the stream may end here: between two frames.
  public var isBetweenFrames: Bool { left == 0 && headBytes == 0 }

  /// Removes the heads from the next bytes of the stream, in place: the payload moves together at the front of `buffer`.
  /// - Returns: how many bytes of payload there are.
  /// - Throws: ``Malformed`` when a head is none; the stream is of no use from then on.
  public mutating func unwrap(_ buffer: UnsafeMutableRawBufferPointer) throws(Malformed) -> Int {
    var read = 0
    var written = 0
    while read < buffer.count {
      if left == 0 {
        try takeHeadByte(buffer[read])
        read += 1
        continue
      }
      let count = min(left, buffer.count - read)
      if written != read {
        UnsafeMutableRawBufferPointer(rebasing: buffer[written..<written + count])
          .copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[read..<read + count]))
      }
      read += count
      written += count
      left -= count
    }
    return written
  }

  private mutating func takeHeadByte(_ byte: UInt8) throws(Malformed) {
    head = head << 8 | UInt64(byte)
    headBytes += 1
    guard headBytes == 8 else { return }
    // Stream 3 carries the engine's own words about a stream that failed.
    guard head >> 56 <= 3, head >> 32 & 0xFF_FFFF == 0 else { throw Malformed() }
    left = Int(head & 0xFFFF_FFFF)
    (head, headBytes) = (0, 0)
  }
}
