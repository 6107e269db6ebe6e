/// A process to be started. Everything it inherits is named here: nothing else gets through.
public struct SpawnRequest: Sendable {
  /// Where the child stands among processes.
  public enum Placement: Sendable {
    /// In the caller's process group: Ctrl-C reaches it too.
    case callersGroup
    /// The leader of a group of its own.
    case ownGroup
    /// The leader of a session of its own: closing the terminal does not touch it.
    case ownSession
  }

  /// The program and its arguments. A program without a slash is looked up in the `PATH` of `environment`.
  public var arguments: [String]
  /// The child's whole environment.
  public var environment: [String: String]
  /// The child's working directory; the caller's when nil. A program or `PATH` entry that is relative is seen from there.
  public var workingFolder: String?
  /// Where the child stands among processes.
  public var placement: Placement
  /// The child's descriptors by number: what is not here is closed, except that 0, 1 and 2 are `/dev/null` unless given.
  public var descriptors: [Int32: Int32]

  /// A request to run `arguments` in a group of its own, with nothing to read and nowhere to write.
  public init(
    _ arguments: [String], environment: [String: String], workingFolder: String? = nil, placement: Placement = .ownGroup,
    descriptors: [Int32: Int32] = [:]
  ) {
    self.arguments = arguments
    self.environment = environment
    self.workingFolder = workingFolder
    self.placement = placement
    self.descriptors = descriptors
  }
}

/// How a process ended.
public enum ProcessEnd: Sendable, Equatable {
  /// By itself, with this code.
  case exited(Int32)
  /// By this signal.
  case signalled(Int32)

  /// Reads the status that waitpid(2) gives.
  public init(status: Int32) {
    let signal = status & 0x7F
    self = signal == 0 ? .exited(status >> 8 & 0xFF) : .signalled(signal)
  }

  /// As a shell shows it: the code, or 128 + the signal.
  public var shellCode: Int32 {
    switch self {
    case .exited(let code): code
    case .signalled(let signal): 128 + signal
    }
  }

  /// Whether it ended by itself with code 0.
  public var isSuccess: Bool { self == .exited(0) }
}
