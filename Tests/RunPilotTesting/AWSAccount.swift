public import Basics
import FoundationEssentials

/// An account at the tests' cloud, with a clock, faults and a log of its own.
public struct AWSAccount: Sendable {
  /// Twelve digits.
  public let id: String
  /// The key that may do everything in it.
  public let key: AWSKey
  /// The cloud it is at.
  public let engine: AWSEngine
  private let control: EngineControl

  init(id: String, engine: AWSEngine, key: AWSKey, control: EngineControl) {
    (self.id, self.engine, self.key, self.control) = (id, engine, key, control)
  }

  /// How the cloud treats an account; what is nil stays as it is.
  public struct Settings: Sendable {
    /// Seconds from `pending` to `running`, by the account's clock; 0 at first, which makes it the next request.
    public var bootSeconds: Double?
    /// Seconds from `shutting-down` to `terminated` and from `stopping` to `stopped`; 0 at first.
    public var shutdownSeconds: Double?
    /// Seconds until a terminated machine is not found any more; 3600 at first.
    public var forgetSeconds: Double?
    /// Machines younger than this many seconds are in no listing; 0 at first.
    public var listingLag: Double?
    /// Seconds by which the cloud's clock is ahead when it checks signatures; 0 at first.
    public var serverSkew: Double?
    /// Whether its instances are really booted, by `dev/engine-hypervisor`.
    public var machines: Bool?
    /// vCPUs by quota code.
    public var quotas: [String: Int]?
    /// USD an hour by `type` or `type/zone`.
    public var spotPrices: [String: Double]?
    /// Prices on one page of the spot market's history, whatever is asked for.
    public var spotPage: Int?

    /// Nothing special.
    public init() {}

    var json: JSONValue {
      var fields: [String: JSONValue] = [:]
      fields["boot_seconds"] = bootSeconds.map { .double($0) }
      fields["shutdown_seconds"] = shutdownSeconds.map { .double($0) }
      fields["forget_seconds"] = forgetSeconds.map { .double($0) }
      fields["listing_lag"] = listingLag.map { .double($0) }
      fields["server_skew"] = serverSkew.map { .double($0) }
      fields["machines"] = machines.map { .bool($0) }
      fields["quotas"] = quotas.map { .object($0.mapValues { .int(Int64($0)) }) }
      fields["spot_prices"] = spotPrices.map { .object($0.mapValues { .double($0) }) }
      fields["spot_page"] = spotPage.map { .int(Int64($0)) }
      return .object(fields)
    }
  }

  /// A request that the cloud has seen.
  public struct Line: Sendable {
    /// Such as `ec2`.
    public let service: String
    /// Such as `us-east-1`.
    public let region: String
    /// Such as `RunInstances`.
    public let action: String
    /// As on the wire.
    public let parameters: JSONValue
    /// What was answered; nil when nothing was.
    public let status: Int?
    /// The error's code.
    public let code: String?
    /// The fault that was done to it.
    public let fault: String?
    /// Whether its client token was known, so that nothing was done.
    public let wasReplayed: Bool
  }

  /// Where programs find the account, in the words of AWS's own tools.
  public func environment(region: String = "us-east-1", as other: AWSKey? = nil) -> [String: String] {
    let key = other ?? key
    var environment = [
      "AWS_ENDPOINT_URL": engine.endpoint, "AWS_ACCESS_KEY_ID": key.id, "AWS_SECRET_ACCESS_KEY": key.secret, "AWS_REGION": region,
      "AWS_EC2_METADATA_DISABLED": "true",
    ]
    environment["AWS_SESSION_TOKEN"] = key.token
    return environment
  }

  /// Changes settings.
  public func configure(_ settings: Settings) async throws { _ = try await call("POST", "/settings", settings.json) }

  /// Moves the account's clock on.
  /// - Returns: what it shows now, in seconds since 1970.
  @discardableResult
  public func advanceClock(seconds: Double) async throws -> Double {
    let now = try await call("POST", "/clock", .object(["advance": .double(seconds)]))["now"]
    switch now {
    case .double(let value): return value
    case .int(let value): return Double(value)
    default: throw EngineRefusal(description: "the clock shows nothing")
    }
  }

  /// Spoils `times` requests for an action, after letting `skip` pass.
  /// - Parameters:
  ///   - action: a regular expression for the whole name, such as `RunInstances`.
  ///   - parameters: regular expressions for whole values, by parameter; a missing one is empty.
  /// - Returns: what ``hits(_:)`` knows the fault by.
  @discardableResult
  public func addFault(
    _ kind: AWSFault, action: String, service: String = ".*", parameters: [String: String] = [:], times: Int = 1, skip: Int = 0
  ) async throws -> String {
    var fault = kind.fields
    fault["action"] = .string(action)
    fault["service"] = .string(service)
    fault["params"] = .object(parameters.mapValues { .string($0) })
    fault["times"] = .int(Int64(times))
    fault["skip"] = .int(Int64(skip))
    guard let id = try await call("POST", "/faults", .object(fault))["id"]?.stringValue else { throw EngineRefusal(description: "no id") }
    return id
  }

  /// How many requests a fault has spoilt.
  public func hits(_ fault: String) async throws -> Int { Int(try await call("GET", "/faults/" + fault)["hits"]?.intValue ?? 0) }

  /// Takes every fault back.
  public func clearFaults() async throws { _ = try await call("DELETE", "/faults") }

  /// What the cloud was asked, in order.
  public func log(action: String = ".*") async throws -> [Line] {
    try await (call("GET", "/log?action=" + EngineControl.quoted(action)).arrayValue ?? []).map { line in
      Line(
        service: line["service"]?.stringValue ?? "", region: line["region"]?.stringValue ?? "", action: line["action"]?.stringValue ?? "",
        parameters: line["params"] ?? .null, status: line["status"]?.intValue.map { Int($0) }, code: line["code"]?.stringValue,
        fault: line["fault"]?.stringValue, wasReplayed: line["replayed"]?.boolValue ?? false)
    }
  }

  /// Requests that do not fit AWS's own description of them, in words; there should be none.
  public func violations() async throws -> [String] {
    try await (call("GET", "/violations").arrayValue ?? []).map { found in
      ["service", "action", "kind", "what"].map { found[$0]?.stringValue ?? "" }.joined(separator: " ")
    }
  }

  /// Takes note of violations that a test has asked for; `make test` fails over all others.
  public func forgiveViolations() async throws { _ = try await call("DELETE", "/violations") }

  /// A key of a user who may do what a policy says.
  /// - Parameter lifetime: seconds, for a temporary key.
  public func key(policy: String, name: String = "limited", lifetime: Double? = nil) async throws -> AWSKey {
    var body = ["name": JSONValue.string(name), "policy": try JSON.decode(JSONValue.self, from: Data(policy.utf8))]
    body["lifetime"] = lifetime.map { .double($0) }
    return try AWSKey(try await call("POST", "/keys", .object(body)))
  }

  /// Its machines, also those that no listing shows: `id`, `state`, `type`, `zone`, `spot`, `tags`, `user_data` and more.
  public func machines() async throws -> [JSONValue] { try await call("GET", "/machines").arrayValue ?? [] }

  /// Puts many running machines there at once, past every check; `{n}` in a tag's value becomes a number.
  public func seed(_ count: Int, type: String = "t3.micro", region: String = "us-east-1", tags: [String: String]) async throws {
    _ = try await call(
      "POST", "/seed",
      .object([
        "count": .int(Int64(count)), "type": .string(type), "region": .string(region), "tags": .object(tags.mapValues { .string($0) }),
      ]))
  }

  /// Takes a spot machine away, with a notice that many seconds ahead.
  public func interrupt(_ machine: String, notice seconds: Double) async throws {
    _ = try await call("POST", "/machines/" + machine, .object(["interrupt": .double(seconds)]))
  }

  /// Lets the disks of a machine stay when it ends.
  public func keepDisks(of machine: String) async throws {
    _ = try await call("POST", "/machines/" + machine, .object(["keep_disks": .bool(true)]))
  }

  /// What a booted machine has written on its console so far: the output of its user-data.
  public func console(_ machine: String) throws -> String {
    let path = try TestEngines.setting("AWS_CONSOLES") + "/\(machine).log"
    return Files.exists(path) ? try Files.readText(path) : ""
  }

  private func call(_ method: String, _ target: String, _ body: JSONValue? = nil) async throws -> JSONValue {
    try await control(method, "/accounts/" + id + target, body)
  }
}
