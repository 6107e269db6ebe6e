import Basics

/// Tells the proxy before a service what to spoil; `dev/engine-faults/README.md` says what it can do.
public struct NetworkFaults: Sendable {
  private let control: EngineControl

  init(_ control: EngineControl) { self.control = control }

  /// What is done to a request.
  public enum Kind: Sendable {
    /// The service sees nothing; this is answered. Without a body it is S3's `SlowDown`.
    case answer(status: Int, body: String? = nil, headers: [String: String] = [:])
    /// The connection breaks before the service sees anything.
    case drop
    /// Both connections break after this many bytes of the request's body.
    case dropUpload(after: Int)
    /// The service has done it, and its answer is lost.
    case dropAnswer
    /// The request waits until the rule is taken back with ``NetworkFaults/remove(_:)``, then passes.
    case hold
    /// The answer's body ends after this many bytes, or after half of them.
    case truncate(bytes: Int? = nil)
    /// One bit of the answer's body is flipped.
    case corrupt
    /// The answer's body comes slowly.
    case slow(bytesPerSecond: Int)

    var fields: [String: JSONValue] {
      switch self {
      case .answer(let status, let body, let headers):
        let body = body.map { ["body": JSONValue.string($0)] } ?? [:]
        return ["kind": .string("answer"), "status": .int(Int64(status)), "headers": .object(headers.mapValues { .string($0) })].merging(
          body
        ) { $1 }
      case .drop: return ["kind": .string("drop")]
      case .dropUpload(let after): return ["kind": .string("drop-upload"), "after": .int(Int64(after))]
      case .dropAnswer: return ["kind": .string("drop-answer")]
      case .hold: return ["kind": .string("hold")]
      case .truncate(let bytes): return ["kind": .string("truncate")].merging(bytes.map { ["bytes": .int(Int64($0))] } ?? [:]) { $1 }
      case .corrupt: return ["kind": .string("corrupt")]
      case .slow(let speed): return ["kind": .string("slow"), "bytes_per_second": .int(Int64(speed))]
      }
    }
  }

  /// One request that has passed, or should have.
  public struct Passage: Sendable, Equatable {
    /// Such as `PUT`.
    public let method: String
    /// Path and query.
    public let target: String
    /// What was done to it.
    public let fault: String?
    /// What was answered; nil when nothing was.
    public let status: Int?
  }

  /// Spoils `times` requests whose method and target match regular expressions as a whole, after letting `skip` pass.
  /// - Parameter path: name your own bucket in it, for other tests use the same network.
  /// - Returns: what ``hits(_:)`` and ``remove(_:)`` know the rule by.
  @discardableResult
  public func add(_ kind: Kind, method: String = ".*", path: String, times: Int = 1, skip: Int = 0) async throws -> String {
    var rule = kind.fields
    rule["method"] = .string(method)
    rule["path"] = .string(path)
    rule["times"] = .int(Int64(times))
    rule["skip"] = .int(Int64(skip))
    guard let id = try await control("POST", "", .object(rule))["id"]?.stringValue else { throw EngineRefusal(description: "no id") }
    return id
  }

  /// How many requests a rule has spoilt.
  public func hits(_ rule: String) async throws -> Int { Int(try await control("GET", "/" + rule)["hits"]?.intValue ?? 0) }

  /// Takes a rule back; what it holds goes on.
  public func remove(_ rule: String) async throws { _ = try await control("DELETE", "/" + rule) }

  /// Waits until a rule has met its first request, does something, and takes the rule back.
  public func during(_ rule: String, _ act: () async throws -> Void) async throws {
    try await eventually { try await hits(rule) > 0 }
    try await act()
    try await remove(rule)
  }

  /// What has passed through the network, in order.
  /// - Parameter path: a regular expression for the whole target.
  public func log(path: String) async throws -> [Passage] {
    let lines = try await control("GET", "/log?path=" + EngineControl.quoted(path)).arrayValue ?? []
    return lines.map { line in
      Passage(
        method: line["method"]?.stringValue ?? "", target: line["path"]?.stringValue ?? "", fault: line["fault"]?.stringValue,
        status: line["status"]?.intValue.map { Int($0) })
    }
  }
}
