import Basics
import FoundationEssentials
import PluginProtocol
public import ProviderKit
import TrainingModel

/// What is known about plugins without running one, and how one is started.
public struct PluginCatalog: Sendable {
  /// Where they are looked for.
  public let folders: PluginFolders
  private let home: String
  private let host: PluginFacts.Name

  /// A catalog.
  /// - Parameter version: this program's, for `initialize`.
  public init(folders: PluginFolders, home: String, version: String) {
    self.folders = folders
    self.home = home
    host = PluginFacts.Name(name: "runpilot", version: version)
  }

  /// The plugin that `command` of an entry means: a path, seen from the file's folder, or a name in the plugin folders.
  /// - Throws: ``PluginRefusal`` for a name that is nowhere.
  public func file(_ command: [String], from folder: String) throws(PluginRefusal) -> PluginFile {
    guard let program = command.first, !program.isEmpty else {
      throw PluginRefusal("`command` is empty", hints: ["write `command = [\"/path/to/plugin\"]`"], .configuration)
    }
    let arguments = Array(command.dropFirst())
    if program.contains("/") { return PluginFile(Paths.resolve(program, from: folder), arguments: arguments) }
    guard let found = folders.find(program) else {
      throw PluginRefusal(
        "there is no plugin '\(program)' in \(folders.folders.joined(separator: ", "))",
        hints: ["write its path: `command = [\"/path/to/\(program)\"]`", "plugins are not looked for in PATH"], .configuration)
    }
    return PluginFile(found.path, arguments: arguments)
  }

  /// Every plugin of the folders that nothing shadows, as a module of providers.toml. One whose manifest is damaged is left out.
  public func descriptors() -> [ProviderDescriptor] {
    folders.all().filter { $0.shadowedBy == nil }.compactMap { try? descriptor(of: $0.file) }
  }

  /// The description of a plugin, from its manifest alone.
  /// - Throws: ``PluginRefusal`` for a manifest that cannot be read.
  public func descriptor(of file: PluginFile) throws(PluginRefusal) -> ProviderDescriptor {
    let manifest = try file.manifest()
    var descriptor = ProviderDescriptor(
      module: manifest.name, summary: manifest.summary ?? "a plugin that tells nothing about itself: \(file.path)",
      settings: Self.hostSettings(manifest.kind, besides: manifest.settings ?? []) + (manifest.settings ?? []),
      credentials: manifest.credentials, powers: manifest.powers, runsContainers: manifest.runsContainers,
      isRented: manifest.kind == .renting
    ) { settings, context throws(ProviderError) in
      do throws(PluginRefusal) {
        try file.check()
        try PluginPins(home: context.home).check(file, manifest)
      } catch {
        throw error.providerError
      }
      let opening = PluginOpening(file: file, credentials: manifest.credentials, host: host, settings: settings, context: context)
      return try PluginProviders.make(try opening.open(), opening, expecting: manifest)
    }
    descriptor.takesAnySetting = manifest.settings == nil
    descriptor.program = file.path
    return descriptor
  }

  /// What the host itself reads of the table of a provider that rents: the way into its mailbox.
  private static func hostSettings(_ kind: PluginFacts.Kind, besides own: [SettingDescription]) -> [SettingDescription] {
    guard kind == .renting else { return [] }
    let all = [
      SettingDescription("mailbox", .string, "where machines and home meet: s3://bucket/prefix, or file:///folder", needsTrust: true),
      SettingDescription("endpoint", .string, "address of the mailbox's store", needsTrust: true),
      SettingDescription("profile", .string, "credentials of the mailbox's store", needsTrust: true),
      SettingDescription("region", .string, "region of the mailbox's store"),
    ]
    return all.filter { setting in !own.contains { $0.name == setting.name } }
  }
}
