/// The beginning of an answer.
public struct HTTPResponseHead: Sendable, Equatable {
  /// Three digits.
  public var status: Int
  /// The words after them; may be empty.
  public var reason: String
  /// The header fields.
  public var headers: HTTPHeaders

  /// A head.
  public init(status: Int, reason: String = "", headers: HTTPHeaders = [:]) {
    self.status = status
    self.reason = reason
    self.headers = headers
  }

  /// Whether the status is 2xx.
  public var isSuccess: Bool { (200..<300).contains(status) }
}

/// An answer whose body may still be on its way.
public struct HTTPResponse: Sendable {
  /// Status and headers.
  public let head: HTTPResponseHead
  /// The rest. Letting go of it ends the exchange.
  public let body: any HTTPBodyReader

  /// An answer.
  public init(head: HTTPResponseHead, body: any HTTPBodyReader) {
    self.head = head
    self.body = body
  }
}

/// A body as it arrives; for one reader.
public protocol HTTPBodyReader: AnyObject, Sendable {
  /// The bytes that came since the last call, at least one; nil at the end. Cancelling the task ends the exchange.
  /// - Throws: ``HTTPError``; a body that breaks off is never taken for a whole one.
  func next() async throws(HTTPError) -> [UInt8]?

  /// Ends the exchange; what has not been read is lost.
  func cancel()
}

extension HTTPBodyReader {
  /// The whole body.
  /// - Throws: ``HTTPError`` of kind `tooLarge` beyond `limit` bytes.
  public func collect(limit: Int = 16 << 20) async throws(HTTPError) -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try await next() {
      guard bytes.count + piece.count <= limit else {
        cancel()
        throw HTTPError(.tooLarge, "an answer is longer than the \(limit) bytes it may have", mayHaveArrived: true)
      }
      bytes += piece
    }
    return bytes
  }
}
