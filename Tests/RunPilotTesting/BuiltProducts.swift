import Basics
import FoundationEssentials

/// The executables that were built beside the tests.
public enum BuiltProducts {
  /// The path of a built executable.
  /// - Throws: ``NotBuilt`` when it is not there.
  public static func path(_ name: String) throws -> String {
    let here = FileManager.default.currentDirectoryPath
    for folder in folders() where Files.exists(folder + "/" + name) { return Paths.resolve(folder + "/" + name, from: here) }
    throw NotBuilt(name: name)
  }

  /// The agent as one static file, which `dev/static-agent` builds and `make test` names.
  /// - Throws: ``NotBuilt`` when it was not built.
  public static func staticAgent() throws -> String {
    let named = ProcessInfo.processInfo.environment["RUNPILOT_TEST_STATIC_AGENT"]
    let usual = #filePath.split(separator: "/").dropLast(3).reduce(into: "") { $0 += "/" + $1 } + "/.build-static/release/runpilot-agent"
    let path = named ?? usual
    guard Files.exists(path) else { throw NotBuilt(name: "runpilot-agent, static (`dev/static-agent`)") }
    return path
  }

  /// The folder of the test bundle and its parents: the runner is told the bundle's path, or is the bundle itself.
  private static func folders() -> [String] {
    let runner = ProcessInfo.processInfo.arguments.first ?? ""
    let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let words = CommandLine.arguments.filter { $0.contains(".xctest") } + [runner, executable]
    return words.flatMap { [Paths.parent(of: $0), Paths.parent(of: Paths.parent(of: $0))] }
  }
}

/// An executable that the tests need was not built.
public struct NotBuilt: Error, CustomStringConvertible {
  let name: String
  /// Says what to build.
  public var description: String { "'\(name)' stands nowhere beside the tests: build it first with `swift build`" }
}
