import FoundationEssentials
import HTTPTransport
import ProviderKit
import Retrying
import Synchronization

@testable import AWSSupport

/// Answers requests as a test says, and remembers whom they were for.
final class ScriptedTransport: HTTPTransport {
  private let answer: @Sendable (HTTPRequest) -> (HTTPResponseHead, [UInt8])
  private let asked = Mutex<[String]>([])

  init(_ answer: @escaping @Sendable (HTTPRequest) -> (HTTPResponseHead, [UInt8])) { self.answer = answer }

  var hosts: [String] { asked.withLock { $0 } }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    asked.withLock { $0.append(request.origin.hostField) }
    let (head, bytes) = answer(request)
    return HTTPResponse(head: head, body: Bytes(bytes))
  }

  func client(region: String, _ options: S3Options = S3Options()) throws -> S3Client {
    let keeper = CredentialKeeper(now: { Date() }) {
      .success(.init(AWSCredentials(accessKeyID: "AKIA", secretAccessKey: "s"), source: "test"))
    }
    return S3Client(
      endpoint: try AWSEndpoint.standard(.s3, region: region), credentials: keeper, transport: self,
      retry: Retry(RetryPolicy(base: .milliseconds(1)), budgets: RetryBudgets()), options: options, now: { Date() })
  }

  private final class Bytes: HTTPBodyReader {
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

/// Answers that are given one after the other.
final class Answers: Sendable {
  private let rest: Mutex<[String]>
  init(_ answers: [String]) { rest = Mutex(answers) }
  func next() -> String { rest.withLock { $0.isEmpty ? "" : $0.removeFirst() } }
  var left: Int { rest.withLock { $0.count } }
}
