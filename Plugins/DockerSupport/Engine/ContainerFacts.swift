/// How a container stands.
public struct ContainerFacts: Sendable, Decodable {
  /// Its life.
  public struct State: Sendable, Decodable, Equatable {
    /// created, running, paused, restarting, removing, exited or dead.
    public var status: String
    /// Whether its first process lives.
    public var running: Bool
    /// 128 + n when a signal ended it.
    public var exitCode: Int32
    /// Whether the kernel ended one of its processes for want of memory.
    public var oomKilled: Bool
    /// Why it could not be started.
    public var error: String?

    enum CodingKeys: String, CodingKey {
      case status = "Status"
      case running = "Running"
      case exitCode = "ExitCode"
      case oomKilled = "OOMKilled"
      case error = "Error"
    }
  }
  /// What of its configuration matters here.
  public struct Config: Sendable, Decodable {
    /// Its labels.
    public var labels: [String: String]?
    enum CodingKeys: String, CodingKey { case labels = "Labels" }
  }
  /// The engine's id of it.
  public var id: String
  /// Its life.
  public var state: State
  /// How it was made.
  public var config: Config

  enum CodingKeys: String, CodingKey {
    case id = "Id"
    case state = "State"
    case config = "Config"
  }
}
