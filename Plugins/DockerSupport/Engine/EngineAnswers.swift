public import FoundationEssentials

/// What an engine says about itself.
public struct EngineInfo: Sendable, Decodable {
  /// One of its runtimes; its name is all that matters here.
  public struct Runtime: Sendable, Decodable {}
  /// Such as `20.10.24`.
  public var serverVersion: String
  /// By name, such as `runc`.
  public var runtimes: [String: Runtime]?
  /// Folders in which it looks for device descriptions; newer engines only.
  public var deviceFolders: [String]?
  /// CPUs of its machine.
  public var cpus: Int?
  /// Memory of its machine in bytes.
  public var memory: Int64?

  enum CodingKeys: String, CodingKey {
    case serverVersion = "ServerVersion"
    case runtimes = "Runtimes"
    case deviceFolders = "CDISpecDirs"
    case cpus = "NCPU"
    case memory = "MemTotal"
  }
}

/// The answer to a creation.
public struct CreatedContainer: Sendable, Decodable, Equatable {
  /// The engine's id of it.
  public var id: String
  /// What it did not like.
  public var warnings: [String]?

  enum CodingKeys: String, CodingKey {
    case id = "Id"
    case warnings = "Warnings"
  }
}

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

/// One container of a listing.
public struct ContainerSummary: Sendable, Decodable {
  /// The engine's id of it.
  public var id: String
  /// Its names, each with a slash before it.
  public var names: [String]
  /// Its labels.
  public var labels: [String: String]
  /// As in ``ContainerFacts/State/status``.
  public var state: String
  /// When it was created, in seconds since 1970.
  public var created: Int64

  /// When it was created.
  public var createdAt: Date { Date(timeIntervalSince1970: TimeInterval(created)) }

  enum CodingKeys: String, CodingKey {
    case id = "Id"
    case names = "Names"
    case labels = "Labels"
    case state = "State"
    case created = "Created"
  }
}

/// What an engine has under an image's name.
public struct ImageFacts: Sendable, Decodable {
  /// The digest of its configuration.
  public var id: String
  /// `name@sha256:…` for each registry it came from; empty for images that were built or loaded here.
  public var repoDigests: [String]?

  /// What says exactly which image it is: the registry's digest of it for `reference`, else the engine's own id.
  public func digest(for reference: ImageReference) -> String {
    let known = (repoDigests ?? []).map(ImageReference.init)
    return (known.first { $0.name == reference.name } ?? known.first)?.version ?? id
  }

  enum CodingKeys: String, CodingKey {
    case id = "Id"
    case repoDigests = "RepoDigests"
  }
}
