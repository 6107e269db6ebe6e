import Basics
import FoundationEssentials
import Glibc
import Orchestration
import RunPilotCLI

/// Builds the world and hands it over. The environment is read once, here; nothing is opened until a command asks for it.
enum RunPilot {
  static let version = "0.1.0"

  static func run() async {
    let environment = ProcessInfo.processInfo.environment
    let folder = FileManager.default.currentDirectoryPath
    let assembly = Assembly(environment: environment, workingDirectory: folder, program: ownPath())
    let world = World.live(
      version: version, environment: environment, workingDirectory: folder, spellings: ["--no-docker": "--force-local"],
      home: { try assembly.home().path }, runs: { try assembly.runs() }, providers: { ProviderDirectory(try assembly.registry()) },
      configuration: { try assembly.configuration() })
    exit(await runCLI(arguments: Array(ProcessInfo.processInfo.arguments.dropFirst()), world: world))
  }

  /// Where this executable stands, whatever name it was called by.
  private static func ownPath() -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ProcessInfo.processInfo.arguments.first ?? "runpilot"
  }
}
