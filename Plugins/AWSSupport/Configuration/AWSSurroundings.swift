public import Basics
public import FoundationEssentials
public import HTTPTransport

/// Everything outside that configuration and credentials come from.
public struct AWSSurroundings: Sendable {
  /// The environment, read once.
  public var environment: [String: String]
  /// Reads a whole file.
  public var readFile: @Sendable (String) throws(SystemError) -> Data
  /// The time.
  public var now: @Sendable () -> Date
  /// Sends requests.
  public var transport: any HTTPTransport
  /// Runs a program without a shell and gives its stdout; for `credential_process`.
  /// - Throws: any ``Hinted`` error that says how it failed.
  public var runProgram: @Sendable ([String]) async throws(AWSConfigurationError) -> [UInt8]

  /// The world as it is handed over.
  public init(
    environment: [String: String], readFile: @escaping @Sendable (String) throws(SystemError) -> Data, now: @escaping @Sendable () -> Date,
    transport: any HTTPTransport, runProgram: @escaping @Sendable ([String]) async throws(AWSConfigurationError) -> [UInt8]
  ) {
    self.environment = environment
    self.readFile = readFile
    self.now = now
    self.transport = transport
    self.runProgram = runProgram
  }

  /// A variable's value; nil when it is absent or empty, which AWS tools take for the same.
  public subscript(variable: String) -> String? {
    guard let value = environment[variable], !value.isEmpty else { return nil }
    return value
  }

  /// Whether a variable says yes.
  func isOn(_ variable: String) -> Bool { self[variable]?.lowercased() == "true" }

  /// The path in a variable, or another; `~/` is the home folder. Nil when a path needs a home folder and there is none.
  func path(_ variable: String, otherwise path: String) -> String? {
    let path = self[variable] ?? path
    guard path.hasPrefix("~/") else { return path }
    return self["HOME"].map { $0 + path.dropFirst(1) }
  }

  /// The name of the profile in use.
  public func profileName(_ explicit: String?) -> String { explicit ?? self["AWS_PROFILE"] ?? self["AWS_DEFAULT_PROFILE"] ?? "default" }
}
