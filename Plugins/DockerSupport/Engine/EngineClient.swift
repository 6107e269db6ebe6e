import Basics
import FoundationEssentials
import HTTPDirect
import HTTPTransport

/// A container engine's REST API, as far as running jobs needs it.
public struct EngineClient: Sendable {
  /// Where the engine is.
  public let endpoint: EngineEndpoint
  /// The engine's name and version, as it calls itself; nil until ``connect(_:environment:)`` has asked.
  public let serverName: String?
  /// The version that every path names.
  public let version: APIVersion
  private let transport: DirectTransport

  /// A client of an engine whose version is known; contacts nothing.
  public init(_ endpoint: EngineEndpoint, version: APIVersion, environment: [String: String]) {
    self.init(endpoint, version: version, transport: DirectTransport(tls: endpoint.tls, environment: environment))
  }

  private init(_ endpoint: EngineEndpoint, version: APIVersion, transport: DirectTransport, serverName: String? = nil) {
    self.serverName = serverName
    self.endpoint = endpoint
    self.version = version
    self.transport = transport
  }

  /// Asks the engine which version it speaks.
  /// - Returns: a client of the newest version that both speak.
  public static func connect(_ endpoint: EngineEndpoint, environment: [String: String]) async throws(EngineError) -> EngineClient {
    let transport = DirectTransport(tls: endpoint.tls, environment: environment)
    let asking = EngineClient(endpoint, version: .oldest, transport: transport)
    let request = HTTPRequest("GET", endpoint.origin, "/_ping", patience: HTTPPatience(connect: .seconds(5), firstByte: .seconds(15)))
    let answer = try await asking.exchange(request, doing: "reach the engine")
    guard let text = answer.head.headers["Api-Version"], let theirs = APIVersion(text) else {
      throw EngineError(
        .notAnEngine, "what answers at \(endpoint.address) (from \(endpoint.source)) is no container engine: it names no API version",
        status: answer.head.status)
    }
    guard theirs >= .oldest else {
      throw EngineError(
        .notAnEngine, "the engine at \(endpoint.address) speaks API \(theirs); \(APIVersion.oldest) is the oldest that can be used",
        hints: ["update the engine: version 19.03 of 2019 has it"])
    }
    return EngineClient(endpoint, version: min(theirs, .newest), transport: transport, serverName: answer.head.headers["Server"])
  }

  // MARK: how requests are made

  /// A request to a path below the version's.
  func request(
    _ method: String, _ path: String, _ query: [(String, String)] = [], headers: HTTPHeaders = [:], body: HTTPBody = .none,
    patience: HTTPPatience = HTTPPatience(firstByte: .seconds(120))
  ) -> HTTPRequest {
    let target = "/v\(version)\(path)" + (query.isEmpty ? "" : "?" + PercentEncoding.query(query))
    return HTTPRequest(method, endpoint.origin, target, headers: headers, body: body, patience: patience)
  }

  /// Sends a request; the answer may say no.
  func send(_ request: HTTPRequest, doing: String) async throws(EngineError) -> HTTPResponse {
    do throws(HTTPError) { return try await transport.send(request) } catch {
      throw EngineError(error, endpoint: endpoint, doing: doing)
    }
  }

  /// Sends a request and reads the whole answer; the answer may say no.
  func exchange(_ request: HTTPRequest, doing: String) async throws(EngineError) -> (head: HTTPResponseHead, body: [UInt8]) {
    let response = try await send(request, doing: doing)
    do throws(HTTPError) { return (response.head, try await response.body.collect()) } catch {
      throw EngineError(error, endpoint: endpoint, doing: doing)
    }
  }

  /// Sends a request whose answer has to say yes.
  @discardableResult
  func call(_ request: HTTPRequest, doing: String, image: String? = nil) async throws(EngineError) -> [UInt8] {
    let (head, body) = try await exchange(request, doing: doing)
    guard head.isSuccess || head.status == 304 else { throw refusal(head, body, doing: doing, image: image) }
    return body
  }

  /// Changes a connection into a raw stream.
  func upgrade(_ request: HTTPRequest, doing: String) async throws(EngineError) -> DirectStream {
    let outcome: Upgrade
    do throws(HTTPError) { outcome = try await transport.upgrade(request, to: "tcp") } catch {
      throw EngineError(error, endpoint: endpoint, doing: doing)
    }
    switch outcome {
    case .stream(let stream): return stream
    case .refused(let head, let body): throw refusal(head, body, doing: doing)
    }
  }

  func refusal(_ head: HTTPResponseHead, _ body: [UInt8], doing: String, image: String? = nil) -> EngineError {
    struct Refusal: Decodable { var message: String }
    let words = (try? JSON.decode(Refusal.self, from: Data(body)))?.message ?? String(decoding: body.prefix(500), as: UTF8.self)
    return EngineError(status: head.status, words: words, doing: doing, image: image, endpoint: endpoint)
  }

  /// Reads an answer.
  func decode<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8], doing: String) throws(EngineError) -> Value {
    do { return try JSON.decode(type, from: Data(bytes)) } catch {
      throw EngineError(
        .notAnEngine, "cannot \(doing): the engine at \(endpoint.address) answered something unexpected", mayHaveHappened: true)
    }
  }
}
