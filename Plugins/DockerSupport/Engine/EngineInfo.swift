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
