import Basics
import CSupport
import FoundationEssentials
import Glibc
import HTTPDirect
import RunAgent
import RunPodSupport
import Subprocessing

/// `runpilot-agent --end NAME`: asks the vendor to take away the machine that this runs on.
///
/// A program of its own, so that whatever an agent hangs on does not keep its machine.
enum EndProgram {
  /// Asks once, and ends the process: 0 when somebody said yes.
  static func run(_ name: String) async -> Never {
    _ = rp_resolve_without_plugins()
    let environment = ProcessEnvironment.read()
    guard name == PodEnd.kind else {
      say("this agent (\(AgentProgram.version)) does not know the end '\(name)'")
      leave(ExitCode.configuration.rawValue)
    }
    let isEnding = await PodEnd(transport: DirectTransport(environment: environment), environment: environment, log: say).ask()
    leave(isEnding ? 0 : ExitCode.unavailable.rawValue)
  }

  @Sendable private static func say(_ words: String) {
    let line = Array("\(Timestamp.format(Date())) \(words)\n".utf8)
    line.withUnsafeBytes { _ = Descriptor.writeAll($0, to: 2) }
  }
}

/// Ends the machine by this very program, started anew.
struct OwnProgramEnd: MachineEnd {
  private let name: String
  private let environment: [String: String]
  private let log: @Sendable (String) -> Void

  init(_ name: String, environment: [String: String], log: @escaping @Sendable (String) -> Void) {
    (self.name, self.environment, self.log) = (name, environment, log)
  }

  func end() {
    do throws(SpawnError) {
      let child = try Child.spawn(
        SpawnRequest(["/proc/self/exe", "--end", name], environment: environment, workingFolder: "/", descriptors: [1: 2, 2: 2]))
      // The end may come before the program's own.
      for _ in 0..<1_200 where child.end == nil { usleep(100_000) }
      log(child.end?.isSuccess == true ? "the machine's end was asked for" : "nobody was willing to end the machine")
    } catch {
      log(error.message)
    }
  }
}
