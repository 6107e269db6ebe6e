import DockerSupport
import HTTPDirect

extension ExecutorTests {
  /// Everything that comes out of an attached stream.
  static func readFrames(_ stream: DirectStream) -> String {
    var frames = StreamDemultiplexer()
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let payload = buffer.withUnsafeMutableBytes { bytes -> ArraySlice<UInt8>? in
        guard let count = try? stream.read(into: bytes), count > 0,
          let length = try? frames.unwrap(UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]))
        else { return nil }
        return ArraySlice(bytes[..<length])
      }
      guard let payload else { return String(decoding: text, as: UTF8.self) }
      text += payload
    }
  }
}
