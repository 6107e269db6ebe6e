import HTTPTransport
import Synchronization

/// Answers requests from a function, and remembers them.
final class AnsweringTransport: HTTPTransport {
  typealias Answering = @Sendable (HTTPRequest) throws(HTTPError) -> (status: Int, body: String)
  private let answering: Answering
  private let seen = Mutex<[HTTPRequest]>([])

  init(_ answering: @escaping Answering) { self.answering = answering }

  var requests: [HTTPRequest] { seen.withLock { $0 } }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    seen.withLock { $0.append(request) }
    let answer = try answering(request)
    return HTTPResponse(head: HTTPResponseHead(status: answer.status), body: Body(Array(answer.body.utf8)))
  }

  private final class Body: HTTPBodyReader {
    private let bytes: Mutex<[UInt8]?>
    init(_ bytes: [UInt8]) { self.bytes = Mutex(bytes.isEmpty ? nil : bytes) }
    func next() async throws(HTTPError) -> [UInt8]? {
      bytes.withLock { bytes in
        defer { bytes = nil }
        return bytes
      }
    }
    func cancel() {}
  }
}
