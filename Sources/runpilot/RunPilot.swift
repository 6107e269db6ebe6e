import Basics
import Dispatch
import FoundationEssentials
import Glibc
import Orchestration
import RunPilotCLI

/// Builds the world and hands it over. The environment is read once, here; nothing is opened until a command asks for it.
enum RunPilot {
  static let version = "0.1.0"

  /// Answers what needs no world, else hands over to the commands; never returns.
  static func start() -> Never {
    let arguments = Array(CommandLine.arguments.dropFirst())
    if let text = quickAnswer(arguments: arguments, version: version) {
      print(text)
      exit(0)
    }
    Task { exit(await run(arguments)) }
    dispatchMain()
  }

  private static func run(_ arguments: [String]) async -> Int32 {
    let environment = ProcessInfo.processInfo.environment
    let folder = FileManager.default.currentDirectoryPath
    let assembly = Assembly(environment: environment, workingDirectory: folder, program: ownPath())
    let world = World.live(
      version: version, environment: environment, workingDirectory: folder, spellings: ["--no-docker": "--force-local"],
      home: { try assembly.home().path }, runs: { try assembly.runs() }, providers: { ProviderDirectory(try assembly.registry()) },
      configuration: { try assembly.configuration() })
    return await runCLI(arguments: arguments, world: world)
  }

  /// Where this executable stands, whatever name it was called by.
  private static func ownPath() -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments.first ?? "runpilot"
  }
}
