import Basics
import FoundationEssentials
import Glibc

/// The real engine that container tests run against: at DOCKER_HOST, as for any user.
public enum DockerEngine {
  /// Busybox and nothing else; `dev/engine-images` makes it.
  public static let busybox = "runpilot-test/busybox:1"
  /// Debian's `python3`, `dash`, coreutils and `ps`.
  public static let python = "runpilot-test/python:1"

  /// A real registry that the engine can push to and pull from, such as `127.0.0.1:20001`; nil when the engine is the developer's own.
  public static var registry: String? { ProcessInfo.processInfo.environment["RUNPILOT_TEST_REGISTRY"] }

  /// How many GPUs the engine pretends to have (`dev/engine-gpu`); 0 when it is as it was found.
  public static var simulatedGPUs: Int { Int(ProcessInfo.processInfo.environment["RUNPILOT_TEST_SIMULATED_GPUS"] ?? "") ?? 0 }

  /// The engine's address, such as `unix:///…`.
  /// - Throws: ``NoEngine`` when there is none. A test that needs one fails then; it does not skip.
  public static func require() throws -> String {
    let host = ProcessInfo.processInfo.environment["DOCKER_HOST"] ?? "unix:///var/run/docker.sock"
    guard host.hasPrefix("unix://") else { return host }
    guard answers(socket: String(host.dropFirst(7))) else { throw NoEngine(host: host) }
    return host
  }

  private static func answers(socket path: String) -> Bool {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 }
    }
  }
}

/// No container engine answers.
public struct NoEngine: Error, CustomStringConvertible {
  let host: String
  /// Says how to start one.
  public var description: String {
    "no engine answers at \(host): run the tests with `make test`, or start one with `eval \"$(dev/engines start)\"`"
  }
}
