import Testing

@testable import DockerSupport

@Suite("The engine's frames")
struct StreamDemultiplexerTests {
  private static let frames: [(kind: UInt8, payload: [UInt8])] = [
    (1, Array("one\n".utf8)), (2, []), (2, Array("two".utf8)), (0, [0xFF, 0, 1, 0, 0, 0, 0, 4]), (1, [UInt8](repeating: 0x41, count: 300)),
  ]
  private static var stream: [UInt8] { frames.flatMap { head($0.kind, $0.payload.count) + $0.payload } }
  private static var payload: [UInt8] { frames.flatMap(\.payload) }

  private static func head(_ kind: UInt8, _ count: Int) -> [UInt8] {
    [kind, 0, 0, 0, UInt8(count >> 24 & 255), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255)]
  }

  private static func unwrap(_ pieces: [ArraySlice<UInt8>]) throws -> [UInt8] {
    var frames = StreamDemultiplexer()
    var result: [UInt8] = []
    for piece in pieces {
      var bytes = Array(piece)
      let count = try bytes.withUnsafeMutableBytes { try frames.unwrap($0) }
      result += bytes[..<count]
    }
    guard frames.isBetweenFrames else { throw StreamDemultiplexer.Malformed() }
    return result
  }

  @Test("Payloads come out in order, wherever the stream is cut in two")
  func anyCut() throws {
    for cut in 0...Self.stream.count {
      #expect(try Self.unwrap([Self.stream[..<cut], Self.stream[cut...]]) == Self.payload, "cut at \(cut)")
    }
  }

  @Test("Byte by byte is the same as at once")
  func singleBytes() throws {
    #expect(try Self.unwrap(Self.stream.indices.map { Self.stream[$0...$0] }) == Self.payload)
  }

  @Test("A stream that ends within a frame is known to")
  func truncated() {
    for count in 1..<12 where count != Self.stream.count {
      #expect(throws: StreamDemultiplexer.Malformed.self) { try Self.unwrap([Self.stream[..<count]]) }
    }
  }

  @Test(
    "What is no frame is refused", arguments: [[4, 0, 0, 0, 0, 0, 0, 1], [1, 1, 0, 0, 0, 0, 0, 1], Array("plain text".utf8)] as [[UInt8]])
  func malformed(bytes: [UInt8]) {
    #expect(throws: StreamDemultiplexer.Malformed.self) { try Self.unwrap([bytes[...]]) }
  }
}
