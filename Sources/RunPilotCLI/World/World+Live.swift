public import ControlAPI
import FoundationEssentials
import Glibc
import TerminalUI

extension World {
  /// The world of a real process: its descriptors, clock and signals, and the services as given.
  public static func live(
    version: String, environment: [String: String], workingDirectory: String, spellings: [String: String] = [:],
    home: @escaping @Sendable () throws -> String,
    runs: @escaping @Sendable () async throws -> any RunService,
    providers: @escaping @Sendable () async throws -> any ProviderService,
    configuration: @escaping @Sendable () async throws -> any ConfigurationService
  ) -> World {
    // A reader that has gone is an error of the write, which we answer ourselves.
    signal(SIGPIPE, SIG_IGN)
    var world = World(
      version: version, environment: environment, workingDirectory: workingDirectory, home: home,
      output: OutputPort(descriptor: 1, facts: .detect(1, environment: environment), name: "standard output"),
      errors: OutputPort(descriptor: 2, facts: .detect(2, environment: environment), name: "standard error"),
      readLine: { Swift.readLine() }, inputIsTerminal: isatty(0) == 1, now: { Date() }, times: .local,
      signals: { ProcessSignals.stream() }, runs: runs, providers: providers, configuration: configuration,
      pause: { try await Task.sleep(for: $0) })
    world.spellings = spellings
    return world
  }
}
