public import Basics
import FoundationEssentials

/// RunPod for tests, whose every request and answer is held against its vendor's own description.
public struct RunPodEngine: Sendable {
  /// The address of the API.
  public let endpoint: String
  private let control: EngineControl

  init(endpoint: String, control: EngineControl) {
    self.endpoint = endpoint
    self.control = control
  }

  /// Opens an account: nothing is in it, and no other test sees it.
  /// - Parameter settings: see `dev/engine-runpod/world.py`.
  public func account(_ settings: [String: JSONValue] = [:]) async throws -> RunPodAccount {
    let told = try await control("POST", "/accounts", .object(settings))
    guard let id = told["account"]?.stringValue, let key = told["api_key"]?.stringValue, let readKey = told["read_key"]?.stringValue else {
      throw EngineRefusal(description: "an account without a key")
    }
    return RunPodAccount(id: id, key: key, readKey: readKey, engine: self, control: control)
  }
}

/// An account at the tests' RunPod.
public struct RunPodAccount: Sendable {
  /// The account's name, for the control address alone.
  public let id: String
  /// A key that may do everything.
  public let key: String
  /// A key that may only read.
  public let readKey: String
  /// Where it is.
  public let engine: RunPodEngine
  private let control: EngineControl

  init(id: String, key: String, readKey: String, engine: RunPodEngine, control: EngineControl) {
    (self.id, self.key, self.readKey, self.engine, self.control) = (id, key, readKey, engine, control)
  }

  /// A pod as the service sees it.
  public struct Pod: Sendable {
    /// RunPod's name for it.
    public let id: String
    /// Its own name.
    public let name: String
    /// Such as `RUNNING`; `TERMINATED` for one that was deleted.
    public let status: String
    /// How often its container was started.
    public let starts: Int64
    /// What it has printed.
    public let lines: [String]
    /// The key that only the pod itself has.
    public let key: String
    /// Everything the API says of it.
    public let facts: JSONValue
  }

  /// A request that was seen.
  public struct Line: Sendable {
    /// Such as `POST`.
    public let method: String
    /// Such as `/v2/pods`.
    public let path: String
    /// As it was sent.
    public let body: String
    /// What was answered; nil when nothing was.
    public let status: Int64?
  }

  /// What `dev/engine-runpod/README.md` calls a fault.
  public enum Fault: Sendable {
    case error(status: Int, detail: String = "internal server error", retryAfter: Int? = nil)
    case html
    case drop
    case dropAnswer
    case delay(seconds: Double)

    fileprivate var fields: [String: JSONValue] {
      switch self {
      case .error(let status, let detail, let retryAfter):
        var fields: [String: JSONValue] = ["kind": .string("error"), "status": .int(Int64(status)), "detail": .string(detail)]
        fields["retry_after"] = retryAfter.map { .int(Int64($0)) }
        return fields
      case .html: return ["kind": .string("html")]
      case .drop: return ["kind": .string("drop")]
      case .dropAnswer: return ["kind": .string("drop-answer")]
      case .delay(let seconds): return ["kind": .string("delay"), "seconds": .double(seconds)]
      }
    }
  }

  /// Spoils `times` requests, after letting `skip` pass.
  public func addFault(_ fault: Fault, method: String = ".*", path: String = ".*", times: Int = 1, skip: Int = 0) async throws {
    var fields = fault.fields
    fields["method"] = .string(method)
    fields["path"] = .string(path)
    fields["times"] = .int(Int64(times))
    fields["skip"] = .int(Int64(skip))
    _ = try await call("POST", "/faults", .object(fields))
  }

  /// All pods that were ever made, also those that are gone.
  public func pods() async throws -> [Pod] {
    try await (call("GET", "/pods").arrayValue ?? []).map { pod in
      Pod(
        id: pod["id"]?.stringValue ?? "", name: pod["name"]?.stringValue ?? "", status: pod["status"]?.stringValue ?? "",
        starts: pod["starts"]?.intValue ?? 0, lines: pod["lines"]?.arrayValue?.compactMap(\.stringValue) ?? [],
        key: pod["key"]?.stringValue ?? "", facts: pod)
    }
  }

  /// Pods that cost.
  public func live() async throws -> [Pod] { try await pods().filter { $0.status != "TERMINATED" } }

  /// What was asked, in order.
  public func log() async throws -> [Line] {
    try await (call("GET", "/log").arrayValue ?? []).map { line in
      Line(
        method: line["method"]?.stringValue ?? "", path: line["path"]?.stringValue ?? "", body: line["body"]?.stringValue ?? "",
        status: line["status"]?.intValue)
    }
  }

  /// What did not fit the description, in words.
  public func violations() async throws -> [String] { try await (call("GET", "/violations").arrayValue ?? []).compactMap(\.stringValue) }

  /// Takes note of violations that a test has asked for.
  public func forgiveViolations() async throws { _ = try await call("DELETE", "/violations") }

  /// Changes settings.
  public func configure(_ settings: [String: JSONValue]) async throws { _ = try await call("POST", "/settings", .object(settings)) }

  /// Moves the account's clock on.
  public func advanceClock(seconds: Double) async throws { _ = try await call("POST", "/clock", .object(["advance": .double(seconds)])) }

  /// Makes a network volume.
  /// - Returns: its id.
  public func makeVolume(in dataCenter: String) async throws -> String {
    try await call("POST", "/volumes", .object(["dataCenter": .string(dataCenter)]))["id"]?.stringValue ?? ""
  }

  /// Makes a credential for a registry.
  /// - Returns: its id.
  public func makeRegistry(named name: String) async throws -> String {
    try await call("POST", "/registries", .object(["name": .string(name)]))["id"]?.stringValue ?? ""
  }

  /// Puts many pods there at once; `{n}` in the name becomes a number.
  public func seed(_ count: Int, named name: String) async throws {
    _ = try await call("POST", "/seed", .object(["count": .int(Int64(count)), "name": .string(name)]))
  }

  private func call(_ method: String, _ target: String, _ body: JSONValue? = nil) async throws -> JSONValue {
    try await control(method, "/accounts/" + id + target, body)
  }
}
