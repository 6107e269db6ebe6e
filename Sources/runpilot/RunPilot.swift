import Basics
import CSupport
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
    // Threads that wait for the network need no heap each: half the memory of large transfers.
    rp_limit_heaps(2)
    let (words, providersFile) = takingProvidersFile(from: arguments)
    Task { leave(await run(words, providersFile: providersFile)) }
    dispatchMain()
  }

  private static func run(_ arguments: [String], providersFile: String?) async -> Int32 {
    let environment = ProcessEnvironment.read()
    let folder = FileManager.default.currentDirectoryPath
    let assembly = Assembly(environment: environment, workingDirectory: folder, program: ownPath(), providersFile: providersFile)
    var world = World.live(
      version: version, environment: environment, workingDirectory: folder, spellings: ["--no-docker": "--force-local"],
      home: { try assembly.home().path }, runs: { try assembly.runs() }, providers: { ProviderDirectory(try assembly.registry()) },
      configuration: { try assembly.configuration() })
    world.resources = { try assembly.resources() }
    world.plugins = { try assembly.pluginService() }
    world.costs = { try assembly.costs() }
    world.storage = { try assembly.storage($0) }
    return await runCLI(arguments: arguments, world: world)
  }

  /// Takes `--providers-file FILE` out of the words before `--`, wherever it stands; the last one counts. Without its value it is left to the parser.
  static func takingProvidersFile(from arguments: [String]) -> (words: [String], file: String?) {
    let option = "--providers-file"
    var words: [String] = []
    var file: String?
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if word == "--" { return (words + [word] + rest, file) }
      if word == option, let value = rest.popFirst() {
        file = value
      } else if word.hasPrefix(option + "=") {
        file = String(word.dropFirst(option.count + 1))
      } else {
        words.append(word)
      }
    }
    return (words, file)
  }

  /// Where this executable stands, whatever name it was called by.
  private static func ownPath() -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments.first ?? "runpilot"
  }
}
