import Basics
import HTTPDirect
import HTTPTransport
import RunAgent
import Synchronization

/// Carries a container's output from the engine's stream to the ``JobOutput``, on a thread of its own. A slow reader there slows the container.
final class OutputRelay: Sendable {
  /// What came of it.
  struct Summary: Sendable {
    /// Bytes of output handed on.
    var bytes: Int64 = 0
    /// The first of them.
    var opening: [UInt8] = []
    /// Whether the stream broke, or ended within a frame.
    var isBroken = false
  }

  private static let openingLimit = 512
  private let stream: DirectStream
  private let output: JobOutput
  private let summary = Mutex(Summary())
  private let (ended, end) = AsyncStream.makeStream(of: Never.self)

  init(_ stream: DirectStream, to output: JobOutput) {
    self.stream = stream
    self.output = output
  }

  /// Starts to carry.
  func start() throws(SystemError) {
    try BackgroundThread.start { [self] in
      carry()
      end.finish()
    }
  }

  /// Ends the stream, whatever is still to come.
  func close() { stream.close() }

  /// Waits for the stream's end. It is given up once nothing has come for `patience`.
  func finish(patience: Duration = .seconds(10)) async -> Summary {
    await withTaskGroup { group in
      group.addTask {
        var last: Int64 = -1
        while self.summary.withLock({ $0.bytes }) != last {
          last = self.summary.withLock { $0.bytes }
          guard (try? await Task.sleep(for: patience)) != nil else { return }
        }
        self.stream.close()
      }
      for await _ in ended {}
      group.cancelAll()
    }
    return summary.withLock { $0 }
  }

  private func carry() {
    var frames = StreamDemultiplexer()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    defer { buffer.deallocate() }
    do {
      while true {
        let count = try stream.read(into: buffer)
        guard count > 0 else { break }
        let payload = try frames.unwrap(UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<payload])
        summary.withLock { summary in
          summary.bytes += Int64(payload)
          summary.opening += bytes.prefix(Self.openingLimit - summary.opening.count)
        }
        // Nobody to read is no reason to stop: the container would stand still.
        if payload > 0 { output.write(bytes) }
      }
    } catch {
      summary.withLock { $0.isBroken = true }
    }
    if !frames.isBetweenFrames { summary.withLock { $0.isBroken = true } }
  }
}
