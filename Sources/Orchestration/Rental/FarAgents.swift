public import Basics
import Glibc

/// The agents that can be sent to machines far away: fully static executables, one an architecture.
public struct FarAgents: Sendable {
  private let candidates: [String]

  /// Agents beside this program, in its `libexec`, and where RUNPILOT_FAR_AGENT says: `runpilot-agent` and `runpilot-agent-<architecture>`.
  public init(environment: [String: String], program: String) {
    let folder = Paths.parent(of: program)
    let libexec = Paths.resolve("../libexec/runpilot", from: folder)
    let named = [environment["RUNPILOT_FAR_AGENT"], environment["RUNPILOT_AGENT"]].compactMap(\.self).filter { !$0.isEmpty }
    let names = ["runpilot-agent", "runpilot-agent-x86_64", "runpilot-agent-aarch64"]
    candidates = named + [folder, libexec].flatMap { place in names.map { place + "/" + $0 } }
  }

  /// Every architecture for which there is one, with its file.
  public func all() -> [String: String] {
    var found: [String: String] = [:]
    for path in candidates {
      guard let executable = try? StaticExecutable(path), found[executable.architecture] == nil else { continue }
      found[executable.architecture] = path
    }
    return found
  }

  /// The agent for an architecture.
  /// - Throws: ``NoFarAgent``.
  public func path(_ architecture: String) throws(NoFarAgent) -> String {
    guard let path = all()[architecture] else { throw NoFarAgent(architecture: architecture) }
    return path
  }
}

/// There is no agent to send to a machine of that kind.
public struct NoFarAgent: ExitCoded, Equatable {
  /// `x86_64` or `aarch64`.
  public let architecture: String
  /// Says so.
  public var message: String { "there is no static agent for \(architecture) beside runpilot, so no machine of that kind can be rented" }
  /// How to get one.
  public var hints: [String] { ["build it: `make build`", "or say where it is: `export RUNPILOT_FAR_AGENT=/path/to/runpilot-agent`"] }
  /// 78.
  public var exitCode: ExitCode { .configuration }
}

/// What an ELF header says of an executable that needs no loader (ELF-64 object file format, version 1.5).
struct StaticExecutable: Equatable {
  let architecture: String

  struct NotOne: Error {}

  init(_ path: String) throws {
    let file = try Descriptor.open(path, O_RDONLY)
    var header = [UInt8](repeating: 0, count: 4_096)
    let count = read(file.raw, &header, header.count)
    self = try Self.of(Array(header.prefix(max(0, count))))
  }

  static func of(_ header: [UInt8]) throws(NotOne) -> StaticExecutable {
    guard header.count >= 64, header[0..<4] == [0x7F, 0x45, 0x4C, 0x46], header[4] == 2, header[5] == 1 else { throw NotOne() }
    func number(_ offset: Int, _ bytes: Int) -> Int {
      guard offset + bytes <= header.count else { return 0 }
      return (0..<bytes).reduce(0) { $0 | Int(header[offset + $1]) << (8 * $1) }
    }
    let machines = [0x3E: "x86_64", 0xB7: "aarch64"]
    guard let architecture = machines[number(18, 2)] else { throw NotOne() }
    let (table, size, count) = (number(32, 8), number(54, 2), number(56, 2))
    // A program header of type PT_INTERP names a loader.
    for index in 0..<count where number(table + index * size, 4) == 3 { throw NotOne() }
    return StaticExecutable(architecture: architecture)
  }

  private init(architecture: String) { self.architecture = architecture }
}
