import Basics
import Configuration
import Documents
import FoundationEssentials
import Glibc
import ProviderKit
import Testing
import TrainingModel

/// A world in memory: files by path, an environment, three modules.
struct Bench {
  var files: [String: String] = [:]
  var environment: [String: String] = ["HOME": "/home/me", "PATH": "/usr/bin"]
  var executables: Set<String> = []
  var folders: Set<String> = ["/home/me", "/home/me/lab"]
  var foreign: Set<String> = []
  var workingFolder = "/home/me/lab"
  var home = "/home/me/.runpilot"
  var providersFile: String?
  var descriptors = Self.descriptors
  var builtInProviders = Self.builtIn

  static let builtIn = """
    [providers.local]
    module = "local"
    [providers.box]
    module = "box"
    [providers.gpubox]
    module = "gpubox"
    """

  static let descriptors: [ProviderDescriptor] = [
    descriptor("local", defaultFor: [.process], runsContainers: false),
    descriptor(
      "box", defaultFor: [.container], runsContainers: true,
      settings: [
        SettingDescription("host", .string, "the socket"), SettingDescription("endpoint", .string, "where", needsTrust: true),
        SettingDescription("api_key", .string, "a key", needsTrust: true),
        SettingDescription("pull", .choice(["always", "missing"]), "when"),
        SettingDescription("timeout", .duration, "how long"), SettingDescription("cache", .size, "how much"),
        SettingDescription("hosts", .strings, "names"), SettingDescription("retries", .integer, "times"),
        SettingDescription("platform", .string, "which", perRun: true), SettingDescription("privileged", .boolean, "whether", perRun: true),
      ]),
    descriptor("gpubox", defaultFor: [.gpuContainer], runsContainers: true),
  ]

  private static func descriptor(
    _ module: String, defaultFor: Set<RunKind>, runsContainers: Bool, settings: [SettingDescription] = []
  ) -> ProviderDescriptor {
    ProviderDescriptor(module: module, summary: module, settings: settings, defaultFor: defaultFor, runsContainers: runsContainers) {
      (_, _) throws(ProviderError) in throw ProviderError(.invalidRequest, "never made in these tests")
    }
  }

  /// Files relative to the working folder unless absolute.
  init(_ files: [String: String] = [:]) {
    for (path, text) in files { self.files[Paths.resolve(path, from: workingFolder)] = text }
  }

  var configurator: Configurator { Configurator(context) }

  var context: ConfigurationContext {
    let files = files
    let executables = executables
    let foreign = foreign
    var folders = folders
    for path in files.keys {
      var parent = Paths.parent(of: path)
      while folders.insert(parent).inserted, parent != "/" { parent = Paths.parent(of: parent) }
    }
    let known = folders
    let access = FileAccess(
      read: { (path, limit) throws(SystemError) in
        if known.contains(path) { throw SystemError("read", path, code: EISDIR) }
        guard let text = files[path] else { throw SystemError("read", path, code: ENOENT) }
        guard text.utf8.count <= limit else { throw SystemError("read", path, code: EFBIG) }
        return Data(text.utf8)
      },
      kind: { path in
        if executables.contains(path) { return .executable }
        return files[path] != nil ? .file : known.contains(path) ? .folder : nil
      },
      names: { folder in files.keys.filter { Paths.parent(of: $0) == folder }.map { Paths.name(of: $0) } },
      isForeign: { foreign.contains($0) })
    return ConfigurationContext(
      environment: environment, workingFolder: workingFolder, home: home, providersFile: providersFile, descriptors: descriptors,
      builtInProviders: builtInProviders, files: access)
  }

  /// The run that a run file of this text describes.
  static func run(_ yaml: String, _ change: (inout RunOverrides) -> Void = { _ in }) throws -> Resolution {
    var overrides = RunOverrides()
    change(&overrides)
    return try Bench(["t.yaml": yaml]).configurator.resolve("t.yaml", overrides)
  }
}

/// Everything an error says, as a user sees it.
func words(_ error: any Error) -> String {
  switch error {
  case let error as SourceDiagnostics: error.all.map(\.rendered).joined(separator: "\n")
  case let error as SourceDiagnostic: error.rendered
  case let error as any Hinted: ([error.message] + error.hints.map { "  hint: \($0)" }).joined(separator: "\n")
  default: "\(error)"
  }
}
