import Basics
import HTTPTransport

/// What the user of a response holds: letting go of it ends the exchange.
final class ExchangeBody: HTTPBodyReader {
  private let exchange: Exchange

  init(_ exchange: Exchange) { self.exchange = exchange }

  deinit { exchange.cancel() }

  func next() async throws(HTTPError) -> [UInt8]? {
    let (piece, resumes) = await withTaskCancellationHandler {
      await exchange.body.next()
    } onCancel: {
      exchange.cancel()
    }
    if resumes { exchange.askForMore() }
    return try piece.get()
  }

  func write(
    to file: HTTPFile, at offset: Int64, observe: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async throws(HTTPError) -> Int64 {
    let exchange = exchange
    let result = await withTaskCancellationHandler {
      do throws(SystemError) {
        return try await BackgroundThread.run {
          Result { () throws(HTTPError) in try Self.copy(exchange, to: file, at: offset, observe) }
        }
      } catch {
        return .failure(HTTPError(.localFile, error.message, mayHaveArrived: true))
      }
    } onCancel: {
      exchange.cancel()
    }
    if case .failure = result { exchange.cancel() }
    return try result.get()
  }

  func cancel() { exchange.cancel() }

  private static func copy(
    _ exchange: Exchange, to file: HTTPFile, at offset: Int64, _ observe: (UnsafeRawBufferPointer) -> Void
  ) throws(HTTPError) -> Int64 {
    var buffer: [UInt8] = []
    var place = offset
    while let resumes = try exchange.body.swap(&buffer) {
      if resumes { exchange.askForMore() }
      let result = buffer.withUnsafeBytes { bytes in
        observe(bytes)
        return Result { () throws(HTTPError) in try file.write(bytes, at: place) }
      }
      try result.get()
      place += Int64(buffer.count)
    }
    return place - offset
  }
}
