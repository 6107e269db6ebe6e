import Basics
import HTTPTransport

/// What the user of a response holds: letting go of it ends the exchange.
final class ExchangeBody: HTTPBodyReader {
  private let exchange: Exchange

  init(_ exchange: Exchange) { self.exchange = exchange }

  deinit { exchange.cancel() }

  func next() async throws(HTTPError) -> [UInt8]? {
    let piece = await withTaskCancellationHandler {
      await exchange.body.next()
    } onCancel: {
      exchange.cancel()
    }
    return try piece.get()
  }

  /// The thread that receives the body writes it: nothing is handed over, and nothing waits in memory.
  func write(
    to file: HTTPFile, at offset: Int64, observe: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async throws(HTTPError) -> Int64 {
    let sink = FileSink(file, at: offset, observe: observe)
    while true {
      let drained = await withTaskCancellationHandler {
        await exchange.body.drain(into: sink)
      } onCancel: {
        exchange.cancel()
      }
      switch drained {
      case .ended(let end):
        try end.get()
        return sink.count
      case .unread(let bytes):
        do throws(HTTPError) { try await Self.onThread { () throws(HTTPError) in try sink.write(bytes[...]) } } catch {
          exchange.cancel()
          throw error
        }
      }
    }
  }

  func cancel() { exchange.cancel() }

  private static func onThread(_ body: @escaping @Sendable () throws(HTTPError) -> Void) async throws(HTTPError) {
    let result: Result<Void, HTTPError>
    do throws(SystemError) { result = try await BackgroundThread.run { Result { () throws(HTTPError) in try body() } } } catch {
      throw HTTPError(.localFile, error.message, mayHaveArrived: true)
    }
    try result.get()
  }
}
