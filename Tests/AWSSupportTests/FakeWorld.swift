import Basics
import FoundationEssentials
import Glibc
import HTTPTransport
import Synchronization

@testable import AWSSupport

/// Surroundings made of dictionaries; what nobody prepared fails.
struct FakeWorld {
  var environment: [String: String] = ["HOME": "/home/u"]
  var files: [String: String] = [:]
  var programs: @Sendable ([String]) async throws(AWSConfigurationError) -> [UInt8] = { arguments throws(AWSConfigurationError) in
    throw AWSConfigurationError("no program \(arguments)")
  }
  var transport = FakeTransport()
  var now: @Sendable () -> Date = { Date(timeIntervalSince1970: 1_800_000_000) }

  var surroundings: AWSSurroundings {
    let files = files
    return AWSSurroundings(
      environment: environment,
      readFile: { path throws(SystemError) in
        guard let text = files[path] else { throw SystemError("read", path, code: ENOENT) }
        return Data(text.utf8)
      }, now: now, transport: transport, runProgram: programs)
  }

  func shared() throws -> SharedConfiguration { try SharedConfiguration.load(surroundings) }
}

/// Answers requests from a function, and remembers them.
final class FakeTransport: HTTPTransport {
  struct Answer: Sendable {
    var status = 200
    var headers: HTTPHeaders = [:]
    var body = ""
  }
  typealias Answering = @Sendable (HTTPRequest) async throws(HTTPError) -> Answer
  private let answering: Answering
  private let seen = Mutex<[HTTPRequest]>([])

  init(
    _ answering: @escaping Answering = { request throws(HTTPError) in
      throw HTTPError(.refused, "nobody at \(request.origin)", mayHaveArrived: false)
    }
  ) {
    self.answering = answering
  }

  var requests: [HTTPRequest] { seen.withLock { $0 } }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    seen.withLock { $0.append(request) }
    let answer = try await answering(request)
    return HTTPResponse(head: HTTPResponseHead(status: answer.status, headers: answer.headers), body: FakeBody(answer.body))
  }

  private final class FakeBody: HTTPBodyReader {
    private let rest: Mutex<[UInt8]?>
    init(_ text: String) { rest = Mutex(text.isEmpty ? nil : Array(text.utf8)) }
    func next() async throws(HTTPError) -> [UInt8]? {
      rest.withLock { rest in
        defer { rest = nil }
        return rest
      }
    }
    func cancel() {}
  }
}
