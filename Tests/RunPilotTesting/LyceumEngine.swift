public import Basics
import FoundationEssentials

/// Lyceum Cloud for tests, as far as executions go.
public struct LyceumEngine: Sendable {
  /// The address of the API.
  public let endpoint: String
  private let control: EngineControl

  init(endpoint: String, control: EngineControl) {
    self.endpoint = endpoint
    self.control = control
  }

  /// Opens an account: nothing is in it, and no other test sees it.
  /// - Parameter settings: see `dev/engine-lyceum/server.py`.
  public func account(_ settings: [String: JSONValue] = [:]) async throws -> LyceumAccount {
    let told = try await control("POST", "/accounts", .object(settings))
    guard let id = told["account"]?.stringValue, let key = told["api_key"]?.stringValue else {
      throw EngineRefusal(description: "an account without a key")
    }
    return LyceumAccount(id: id, key: key, engine: self, control: control)
  }
}

/// An account at the tests' Lyceum.
public struct LyceumAccount: Sendable {
  /// The account's id, which is also its user's.
  public let id: String
  /// A key that may do everything.
  public let key: String
  /// Where it is.
  public let engine: LyceumEngine
  private let control: EngineControl

  init(id: String, key: String, engine: LyceumEngine, control: EngineControl) {
    (self.id, self.key, self.engine, self.control) = (id, key, engine, control)
  }

  /// An execution as the service sees it.
  public struct Execution: Sendable {
    /// Lyceum's name for it.
    public let id: String
    /// Such as `running`.
    public let status: String
    /// What it has printed.
    public let lines: [String]
    /// Everything that was sent to start it.
    public let sent: JSONValue
  }

  /// Spoils `times` requests: `error` with a status, `drop` or `drop-answer`. The path is one below `/api/v2/external`.
  public func addFault(
    _ kind: String, status: Int64 = 500, detail: String = "Internal server error", method: String = ".*", path: String = ".*",
    times: Int64 = 1
  ) async throws {
    let fields: [String: JSONValue] = [
      "kind": .string(kind), "status": .int(status), "detail": .string(detail), "method": .string(method), "path": .string(path),
      "times": .int(times),
    ]
    _ = try await call("POST", "/faults", .object(fields))
  }

  /// All executions that were ever started.
  public func executions() async throws -> [Execution] {
    try await (call("GET", "/executions").arrayValue ?? []).map { one in
      Execution(
        id: one["execution_id"]?.stringValue ?? "", status: one["status"]?.stringValue ?? "",
        lines: one["lines"]?.arrayValue?.compactMap(\.stringValue) ?? [], sent: one["sent"] ?? .null)
    }
  }

  /// A virtual machine as the service sees it.
  public struct Machine: Sendable {
    /// Lyceum's name for it.
    public let id: String
    /// Such as `ready`, `terminated`.
    public let status: String
  }

  /// All machines that were ever made.
  public func machines() async throws -> [Machine] {
    try await (call("GET", "/machines").arrayValue ?? []).map { one in
      Machine(id: one["vm_id"]?.stringValue ?? "", status: one["status"]?.stringValue ?? "")
    }
  }

  /// Those that cost.
  public func live() async throws -> [Execution] { try await executions().filter { ["pending", "running"].contains($0.status) } }

  /// What was sent that the vendor's own client does not send.
  public func violations() async throws -> [String] { try await (call("GET", "/violations").arrayValue ?? []).compactMap(\.stringValue) }

  /// Changes settings.
  public func configure(_ settings: [String: JSONValue]) async throws { _ = try await call("POST", "/settings", .object(settings)) }

  private func call(_ method: String, _ target: String, _ body: JSONValue? = nil) async throws -> JSONValue {
    try await control(method, "/accounts/" + id + target, body)
  }
}
