public import Basics
public import ControlAPI
import ProviderKit
import TrainingModel

/// What commands ask about plugins, but for serving and testing. Runs none.
public struct PluginDesk: Sendable {
  private let catalog: PluginCatalog
  private let pins: PluginPins
  /// The entries of providers.toml that name a program: their names, and its path.
  private let entries: [(id: String, path: String)]

  /// A desk.
  public init(catalog: PluginCatalog, home: String, entries: [(id: String, path: String)]) {
    self.catalog = catalog
    self.entries = entries
    pins = PluginPins(home: home)
  }

  /// The plugins of the folders, then those that only an entry names.
  public func plugins() -> [PluginSummary] {
    let found = catalog.folders.all()
    let elsewhere = Set(entries.map(\.path)).subtracting(found.map(\.file.path)).sorted().map {
      PluginFolders.Found(file: PluginFile($0), shadowedBy: nil)
    }
    return (found + elsewhere).map(summary)
  }

  /// The plugin by its path or name.
  /// - Throws: ``PluginRefusal``.
  public func file(_ plugin: String, workingFolder: String) throws -> PluginFile { try catalog.file([plugin], from: workingFolder) }

  /// What a plugin's manifest says for its trial: settings under which things may be made and destroyed, variables of its environment, and whether
  /// its runs need an image.
  /// - Throws: ``PluginRefusal`` for what cannot be a plugin.
  public func trial(of file: PluginFile) throws -> (sandbox: [String: JSONValue], credentials: [String], runsContainers: Bool) {
    try file.check()
    let manifest = try file.manifest()
    return (manifest.sandbox, manifest.credentials, manifest.runsContainers)
  }

  /// Trusts a plugin as it is now.
  public func pin(_ file: PluginFile) throws -> PluginSummary {
    try pins.pin(file)
    return summary(.init(file: file, shadowedBy: nil))
  }

  private func summary(_ found: PluginFolders.Found) -> PluginSummary {
    let file = found.file
    let digest = try? file.digest()
    var summary = PluginSummary(
      name: file.name, version: nil, summary: "tells nothing about itself", path: file.path, sha256: digest, pin: .missing)
    do throws(PluginRefusal) {
      let manifest = try file.manifest()
      (summary.name, summary.version, summary.summary) = (manifest.name, manifest.version, manifest.summary ?? summary.summary)
      try file.check()
      let known = try pins.digest(of: file)
      summary.pin = known == nil ? .new : known == digest ? .same : .changed
      if let told = manifest.sha256, told != digest { summary.problem = "its manifest has another digest" }
    } catch {
      summary.problem = error.message
    }
    summary.shadowedBy = found.shadowedBy
    summary.entries = entries.filter { $0.path == file.path }.map(\.id)
    return summary
  }
}
