import Basics
import DockerSupport
import FoundationEssentials
import Glibc
import RunPilotTesting
import Synchronization

/// The real engine behind a socket that can go away and come back.
final class FlakyEngine: Sendable {
  let address: String
  private let folder: TemporaryFolder
  private let target: String
  private let proxy = Mutex<Program?>(nil)

  init() async throws {
    folder = try TemporaryFolder()
    target = String(try DockerEngine.require().dropFirst(7))
    address = "unix://\(folder.path)/engine.sock"
    try await comeBack()
  }

  deinit { proxy.withLock { $0 }?.kill(SIGKILL) }

  /// Begins to answer; returns when it does.
  func comeBack() async throws {
    let script = Paths.parent(of: #filePath) + "/Vectors/proxy.py"
    let program = try Program(
      ["python3", script, "\(folder.path)/engine.sock", target], environment: ProcessInfo.processInfo.environment,
      workingFolder: folder.path)
    proxy.withLock { $0 = program }
    let endpoint = try EngineEndpoint(address, source: "the test")
    try await eventually { (try? await EngineClient.connect(endpoint, environment: [:])) != nil }
  }

  /// Breaks every connection, and answers no more.
  func goAway() async throws {
    let program = proxy.withLock { $0 }
    program?.kill(SIGKILL)
    _ = try await program?.wait()
  }
}
