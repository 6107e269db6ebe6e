import Basics
import BuiltinProviders
import Configuration
import FoundationEssentials
import Orchestration
import PluginHost
import ProviderKit
import Retrying
import RunStore
import S3Storage
import Synchronization
import TrainingModel

/// Puts the rooms together, each when it is first asked for.
final class Assembly: Sendable {
  private let environment: [String: String]
  private let workingDirectory: String
  private let program: String
  private let providersFile: String?
  private let made = Mutex<ProviderRegistry?>(nil)

  init(environment: [String: String], workingDirectory: String, program: String, providersFile: String?) {
    self.providersFile = providersFile
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.program = program
  }

  func home() throws -> HomeFolder { try HomeFolder.locate(environment: environment, workingDirectory: workingDirectory) }

  func configurator() throws -> Configurator {
    let plugins = try plugins()
    var context = ConfigurationContext(
      environment: environment, workingFolder: workingDirectory, home: try home().path, providersFile: providersFile,
      descriptors: BuiltinProviders.descriptors + Self.modules(of: plugins), storages: [S3Storage.description],
      builtInProviders: Self.builtInProviders, files: .disk)
    context.plugin = { command, folder in try plugins.descriptor(of: plugins.file(command, from: folder)) }
    return Configurator(context)
  }

  /// What providers.toml says where there is none. What costs money is there only when somebody wrote it down.
  private static let builtInProviders = BuiltinProviders.descriptors.filter { !$0.isRented }.map {
    "[providers.\($0.module)]\nmodule = \"\($0.module)\"\n"
  }.joined(
    separator: "\n")

  func plugins() throws -> PluginCatalog {
    let home = try home().path
    return PluginCatalog(
      folders: PluginFolders(environment: environment, home: home, program: program), home: home, version: RunPilot.version)
  }

  /// Plugins of the folders may be named as modules; none takes the place of a built-in one.
  private static func modules(of plugins: PluginCatalog) -> [ProviderDescriptor] {
    plugins.descriptors().filter { plugin in !BuiltinProviders.descriptors.contains { $0.module == plugin.module } }
  }

  func pluginService() throws -> PluginServices {
    let registry = try registry()
    return PluginServices(
      desk: PluginDesk(
        catalog: try plugins(), home: try home().path,
        entries: registry.entries.compactMap { entry in entry.descriptor.program.map { (entry.settings.id.rawValue, $0) } }),
      environment: environment, workingDirectory: workingDirectory, program: program, home: try home().path)
  }

  func registry() throws -> ProviderRegistry {
    if let registry = made.withLock({ $0 }) { return registry }
    let catalog = try configurator().providers()
    let entries = catalog.entries.map {
      ProviderRegistry.Entry(settings: $0.settings, descriptor: $0.descriptor, origin: $0.origin.description)
    }
    let registry = ProviderRegistry(entries: entries, defaultID: catalog.defaultID, context: try providerContext())
    made.withLock { $0 = registry }
    return registry
  }

  private func providerContext() throws -> ProviderContext {
    let home = try home()
    let launcher = AgentLauncher(executable: AgentLauncher.locate(environment: environment, program: program), environment: environment)
    let owner = try configurator().owner()
    let account = "\(MachineFacts.user(environment: environment))@\(MachineFacts.host().hostname)"
    return ProviderContext(
      environment: environment, home: home.path, installation: try home.installation(), owner: owner ?? account,
      ownerIsConfigured: owner != nil, agent: launcher, now: { Date() })
  }

  func runs() throws -> RunOrchestrator {
    let home = try home()
    let files = ConfigurationText(
      write: { RunFileText.write($0) }, read: { text, path in try RunFileText.read(Data(text.utf8), name: path) })
    return RunOrchestrator(
      .init(
        store: RunStore(home: home.path), registry: try registry(), configurations: files, environment: environment,
        installation: { try home.installation() }, version: RunPilot.version, now: { Date() }, rental: try rental().world()))
  }

  private func rental() throws -> RentalAssembly {
    RentalAssembly(environment: environment, home: try home(), program: program) { try self.configurator().owner() }
  }

  func resources() throws -> ResourceKeeper { ResourceKeeper(try runs(), try rental().world()) }

  func costs() throws -> LedgerCosts {
    LedgerCosts(
      home: try home().path, tracker: try rental().world().tracker, thresholds: try configurator().thresholds(), now: { Date() })
  }

  func storage(_ name: String?) throws -> S3Storage {
    let settings = try configurator().storage(name ?? S3Storage.description.module)
    if let name, settings == nil { throw NoStorage(name: name) }
    return try S3Storage.open(
      settings, in: RentalAssembly.surroundings(environment, transport: BucketTransport(environment: environment)),
      retry: Retry(budgets: RetryBudgets()))
  }

  func configuration() throws -> ConfigurationDesk { ConfigurationDesk(try configurator()) }
}

/// A store that is not configured.
struct NoStorage: ExitCoded {
  let name: String
  var message: String { "no storage '\(name)' is configured" }
  var hints: [String] { ["add a table `[storage.\(name)]` with `module = \"s3\"` to providers.toml"] }
  var exitCode: ExitCode { .configuration }
}
