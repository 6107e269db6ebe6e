import Basics
import BuiltinProviders
import ControlAPI
import FoundationEssentials
import Orchestration
import PluginConformance
import PluginHost
import PluginServing
import ProviderKit
import RunStore
import TrainingModel

/// Answers what commands ask about plugins.
struct PluginServices: PluginService {
  let desk: PluginDesk
  let environment: [String: String]
  let workingDirectory: String
  let program: String
  let home: String

  func plugins() async throws -> [PluginSummary] { desk.plugins() }

  func pin(_ plugin: String) async throws -> PluginSummary { try desk.pin(try desk.file(plugin, workingFolder: workingDirectory)) }

  func serve(_ module: String) async throws {
    let known = BuiltinProviders.descriptors
    guard let descriptor = known.first(where: { $0.module == module }), let type = BuiltinProviders.types[module] else {
      throw NoModule(name: module, known: known.map(\.module))
    }
    let server = PluginServer(
      descriptor, type: type, environment: environment, agentExecutable: AgentLauncher.locate(environment: environment, program: program),
      version: RunPilot.version, input: 0, output: 1)
    try await server.run()
  }

  func test(
    _ plugin: String, settings: [String: JSONValue], onCheck: @escaping @Sendable (PluginCheck) -> Void
  ) async throws -> PluginVerdict {
    let file = try desk.file(plugin, workingFolder: workingDirectory)
    let trial = try desk.trial(of: file)
    let folder = "\(home)/cache/plugins/\(file.name)-trial-\(UInt32.random(in: 0 ... .max))"
    try Files.createFolder(folder, mode: 0o700)
    defer { try? Files.removeTree(folder) }
    let bench = ProbeBench(
      file, settings: trial.sandbox.merging(settings) { $1 }, callers: environment, credentials: trial.credentials, folder: folder,
      version: RunPilot.version, launches: trial.runsContainers ? nil : launches(in: folder))
    return await ConformanceKit(bench).run(onCheck: onCheck)
  }

  /// Runs of a home of the trial's own.
  private func launches(in folder: String) -> ProbeLaunches {
    let agent = AgentLauncher.locate(environment: environment, program: program)
    return ProbeLaunches(starter: AgentLauncher(executable: agent, environment: environment)) { command in
      let spec = RunSpec(name: "trial", entrypoint: command, projectFolder: folder, provider: "trial")
      let new = try RunStore(home: folder).create { id, folder in
        (RunRecord(id: id, uid: UUID().uuidString.lowercased(), spec: spec, runDir: folder.path, createdAt: Date()), [:])
      }
      return LaunchRequest(record: new.record, spec: spec, folder: new.folder, secrets: [:], seed: 1, lock: new.lock)
    }
  }
}

/// A module that is not compiled in.
struct NoModule: ExitCoded {
  let name: String
  let known: [String]
  var message: String { "no built-in module '\(name)'" }
  var hints: [String] {
    [Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" } ?? "modules: \(known.joined(separator: ", "))"]
  }
  var exitCode: ExitCode { .notFound }
}
