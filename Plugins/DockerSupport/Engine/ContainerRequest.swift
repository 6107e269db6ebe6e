/// What a container is to be: the body of `POST /containers/create`, as far as jobs need it.
///
/// Holds the values of secrets in `environment`; printing shows the image alone.
public struct ContainerRequest: Sendable, Encodable, Equatable {
  /// The image's name or id.
  public var image: String
  /// The program and its arguments; the image's own entrypoint is not used.
  public var entrypoint: [String]
  /// Arguments after the entrypoint; empty, or the image's own would be appended.
  public var arguments: [String] = []
  /// `NAME=value`.
  public var environment: [String] = []
  /// Where the program starts.
  public var workingFolder: String?
  /// The image's own when nil.
  public var user: String?
  /// By name.
  public var labels: [String: String] = [:]
  /// What it gets of the machine.
  public var host = HostPart()

  /// A container that runs `entrypoint` in `image`.
  public init(image: String, entrypoint: [String]) {
    self.image = image
    self.entrypoint = entrypoint
  }

  enum CodingKeys: String, CodingKey {
    case image = "Image"
    case entrypoint = "Entrypoint"
    case arguments = "Cmd"
    case environment = "Env"
    case workingFolder = "WorkingDir"
    case user = "User"
    case labels = "Labels"
    case host = "HostConfig"
  }

  /// What a container gets of the machine. What is nil is left to the engine.
  public struct HostPart: Sendable, Encodable, Equatable {
    /// Folders and files of the machine.
    public var mounts: [Bind] = []
    /// Whether a small first process reaps children and hands signals on.
    public var usesInit = true
    /// In bytes.
    public var memory: Int64?
    /// Memory and swap together, in bytes.
    public var memoryAndSwap: Int64?
    /// Thousandths of a millionth of a core.
    public var nanoCPUs: Int64?
    /// Bytes of /dev/shm.
    public var sharedMemory: Int64?
    /// Such as `host` or `none`.
    public var network: String?
    /// GPUs.
    public var devices: [DeviceRequest]?

    enum CodingKeys: String, CodingKey {
      case mounts = "Mounts"
      case usesInit = "Init"
      case memory = "Memory"
      case memoryAndSwap = "MemorySwap"
      case nanoCPUs = "NanoCpus"
      case sharedMemory = "ShmSize"
      case network = "NetworkMode"
      case devices = "DeviceRequests"
    }
  }

  /// A folder or file of the machine, which must exist.
  public struct Bind: Sendable, Encodable, Equatable {
    /// Always a bind: other kinds are the engine's own volumes.
    public let type = "bind"
    /// There.
    public var source: String
    /// Inside.
    public var target: String
    /// Whether it may not be written.
    public var readOnly: Bool

    enum CodingKeys: String, CodingKey {
      case type = "Type"
      case source = "Source"
      case target = "Target"
      case readOnly = "ReadOnly"
    }
  }

  /// A wish for devices, by number or by id.
  public struct DeviceRequest: Sendable, Encodable, Equatable {
    /// Empty lets the engine choose by capability, as its own command line does.
    public var driver = ""
    /// -1 for all; nil when ids are given.
    public var count: Int?
    /// Indices or UUIDs.
    public var ids: [String]?
    /// Alternatives, each a list of what is needed together.
    public var capabilities: [[String]]? = [["gpu"]]

    enum CodingKeys: String, CodingKey {
      case driver = "Driver"
      case count = "Count"
      case ids = "DeviceIDs"
      case capabilities = "Capabilities"
    }
  }
}

extension ContainerRequest: CustomStringConvertible, CustomReflectable {
  /// The image alone.
  public var description: String { "container of \(image)" }
  /// Shows no children to `dump`.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
