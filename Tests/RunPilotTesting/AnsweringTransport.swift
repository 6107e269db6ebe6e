public import HTTPTransport
import Synchronization

/// Answers requests from a function, and remembers them.
public final class AnsweringTransport: HTTPTransport {
  /// An answer that is there at once.
  public struct Answer: Sendable {
    /// Three digits.
    public var status: Int
    /// The header fields.
    public var headers: HTTPHeaders
    /// All of it.
    public var body: String

    /// An answer.
    public init(status: Int = 200, headers: HTTPHeaders = [:], body: String = "") {
      (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// As somebody who asked gets it.
    public var response: HTTPResponse { HTTPResponse(head: HTTPResponseHead(status: status, headers: headers), body: Body(body)) }
  }

  /// What answers.
  public typealias Answering = @Sendable (HTTPRequest) async throws(HTTPError) -> Answer

  private let answering: Answering
  private let seen = Mutex<[HTTPRequest]>([])

  /// One that answers like that; without a word, one that reaches nobody.
  public init(
    _ answering: @escaping Answering = { request throws(HTTPError) in
      throw HTTPError(.refused, "nobody at \(request.origin)", mayHaveArrived: false)
    }
  ) {
    self.answering = answering
  }

  /// One whose answers have no fields that matter.
  public static func plain(_ answering: @escaping @Sendable (HTTPRequest) async throws(HTTPError) -> (status: Int, body: String))
    -> AnsweringTransport
  {
    AnsweringTransport { request throws(HTTPError) in
      let (status, body) = try await answering(request)
      return Answer(status: status, body: body)
    }
  }

  /// What was asked so far.
  public var requests: [HTTPRequest] { seen.withLock { $0 } }

  /// Remembers, and answers.
  public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    seen.withLock { $0.append(request) }
    return try await answering(request).response
  }

  private final class Body: HTTPBodyReader {
    private let rest: Mutex<[UInt8]?>
    init(_ text: String) { rest = Mutex(text.isEmpty ? nil : Array(text.utf8)) }
    func next() async throws(HTTPError) -> [UInt8]? { rest.withLock { $0.take() } }
    func cancel() {}
  }
}
