import Basics
import FoundationEssentials
public import HTTPDirect
public import HTTPTransport

extension EngineClient {
  /// What the engine says about itself.
  public func info() async throws(EngineError) -> EngineInfo {
    try decode(
      EngineInfo.self, try await call(request("GET", "/info"), doing: "ask the engine about itself"), doing: "ask the engine about itself")
  }

  /// Creates a container under a name that must be free.
  /// - Throws: ``EngineError`` of kind `imageNotFound` when the engine does not have the image.
  public func create(_ container: ContainerRequest, name: String) async throws(EngineError) -> CreatedContainer {
    let doing = "create the container"
    let body: Data
    do { body = try JSON.encode(container, compact: true) } catch {
      throw EngineError(.invalidRequest, "cannot create the container: its description cannot be written as JSON")
    }
    let request = request(
      "POST", "/containers/create", [("name", name)], headers: ["Content-Type": "application/json"], body: .bytes(Array(body)))
    return try decode(CreatedContainer.self, try await call(request, doing: doing, image: container.image), doing: doing)
  }

  /// Connects to a container's output from now on; before it is started, nothing is missed.
  /// - Returns: a stream of frames for ``StreamDemultiplexer``.
  public func attach(_ container: String) async throws(EngineError) -> DirectStream {
    let query = [("stream", "1"), ("stdout", "1"), ("stderr", "1")]
    return try await upgrade(request("POST", path(container, "/attach"), query), doing: "attach to the container's output")
  }

  /// Registers for the end of a container; when this returns, the engine knows that we wait.
  ///
  /// - Parameter started: whether the container runs already; if not, it is its next end that counts.
  public func beginWait(_ container: String, started: Bool = false) async throws(EngineError) -> ContainerWait {
    let doing = "wait for the container"
    let request = request(
      "POST", path(container, "/wait"), [("condition", started ? "not-running" : "next-exit")], patience: .untilItHappens)
    let response = try await send(request, doing: doing)
    guard response.head.isSuccess else {
      throw refusal(response.head, (try? await response.body.collect()) ?? [], doing: doing)
    }
    return ContainerWait(client: self, body: response.body)
  }

  /// Starts a container; one that runs already is left alone.
  public func start(_ container: String) async throws(EngineError) {
    try await call(request("POST", path(container, "/start")), doing: "start the container")
  }

  /// Sends a signal to a container's first process.
  /// - Throws: ``EngineError`` of kind `conflict` or `containerNotFound` when it does not run.
  public func kill(_ container: String, signal: Int32) async throws(EngineError) {
    try await call(request("POST", path(container, "/kill"), [("signal", "\(signal)")]), doing: "signal the container")
  }

  /// How a container stands.
  public func inspect(_ container: String) async throws(EngineError) -> ContainerFacts {
    let doing = "look at the container"
    return try decode(ContainerFacts.self, try await call(request("GET", path(container, "/json")), doing: doing), doing: doing)
  }

  /// Removes a container with its anonymous volumes, ending it first.
  /// - Returns: false when there was none, or it is being removed already.
  @discardableResult
  public func remove(_ container: String) async throws(EngineError) -> Bool {
    do throws(EngineError) {
      try await call(request("DELETE", path(container, ""), [("force", "1"), ("v", "1")]), doing: "remove the container")
      return true
    } catch {
      guard error.kind == .containerNotFound || error.kind == .conflict else { throw error }
      return false
    }
  }

  /// Every container, running or not, that carries all of these labels.
  public func containers(labelled labels: [(String, String)]) async throws(EngineError) -> [ContainerSummary] {
    let doing = "list containers"
    let words = labels.map { JSONValue.string("\($0.0)=\($0.1)") }
    let filter = (try? JSON.encode(JSONValue.object(["label": .array(words)]), compact: true)) ?? Data()
    let query = [("all", "1"), ("filters", String(decoding: filter, as: UTF8.self))]
    return try decode([ContainerSummary].self, try await call(request("GET", "/containers/json", query), doing: doing), doing: doing)
  }

  /// Everything a container has written so far, as frames for ``StreamDemultiplexer``.
  public func log(_ container: String) async throws(EngineError) -> any HTTPBodyReader {
    let doing = "read the container's log"
    let response = try await send(request("GET", path(container, "/logs"), [("stdout", "1"), ("stderr", "1")]), doing: doing)
    guard response.head.isSuccess else {
      throw refusal(response.head, (try? await response.body.collect()) ?? [], doing: doing)
    }
    return response.body
  }

  private func path(_ container: String, _ rest: String) -> String { "/containers/" + PercentEncoding.encode(container) + rest }
}
