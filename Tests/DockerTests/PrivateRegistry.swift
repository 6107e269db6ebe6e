import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting

/// A real registry of a test's own on this machine, which lets only `tester` in, and `docker` to fill it.
final class PrivateRegistry: Sendable {
  let host: String
  /// Holds the login.
  let loginFile: String
  private let folder: TemporaryFolder
  private let server: Program

  init() async throws {
    folder = try TemporaryFolder()
    host = "127.0.0.1:\(try Self.freePort())"
    loginFile = folder.path + "/config.json"
    // bcrypt of "pull-me", made for this file.
    try folder.write("htpasswd", "tester:$2b$04$68EpqV79suKZFdSoeCUocuPgDLBMMFFUT54TrMVYzkUxLE6O6VYlW\n")
    try folder.write(
      "registry.yml",
      """
      version: 0.1
      log: {level: warn}
      storage: {filesystem: {rootdirectory: \(folder.path)/data}}
      http: {addr: "\(host)", secret: test}
      auth: {htpasswd: {realm: test, path: \(folder.path)/htpasswd}}

      """)
    let auth = Data("tester:pull-me".utf8).base64EncodedString()
    try folder.write("config.json", #"{"auths":{"\#(host)":{"auth":"\#(auth)"}}}"#)
    var environment = ProcessInfo.processInfo.environment
    environment["OTEL_TRACES_EXPORTER"] = "none"
    server = try Program(
      ["docker-registry", "serve", folder.path + "/registry.yml"], environment: environment, workingFolder: folder.path)
    let answers = ["curl", "-sS", "-o", "/dev/null", "http://\(host)/v2/"]
    try await eventually { try await self.run(answers).exitCode == 0 }
  }

  deinit { server.kill(SIGKILL) }

  /// Puts an image of the engine's into the registry, and takes it from the engine.
  /// - Returns: its name.
  func hold(_ image: String, as name: String) async throws -> String {
    let target = "\(host)/\(name)"
    for command in [["tag", image, target], ["push", target], ["rmi", target]] {
      let result = try await run(["docker"] + command)
      guard result.exitCode == 0 else { throw CommandFailed(description: "docker \(command): \(result.stderr)") }
    }
    return target
  }

  /// Takes an image from the engine.
  func forget(_ name: String) async throws { _ = try await run(["docker", "rmi", name]) }

  private func run(_ arguments: [String]) async throws -> Program.Result {
    var environment = ProcessInfo.processInfo.environment
    environment["DOCKER_CONFIG"] = folder.path
    return try await Program(arguments, environment: environment, workingFolder: folder.path).wait()
  }

  private static func freePort() throws -> UInt16 {
    let descriptor = Descriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let done = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor.raw, $0, length) == 0 && getsockname(descriptor.raw, $0, &length) == 0
      }
    }
    guard done else { throw SystemError("find", "a free port") }
    return UInt16(bigEndian: address.sin_port)
  }
}

/// A command that a test needs has failed.
struct CommandFailed: Error, CustomStringConvertible {
  let description: String
}
