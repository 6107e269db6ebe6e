import Basics

/// Where plugins are looked for by name. Not in PATH: what lies there was not put there to rent machines.
public struct PluginFolders: Sendable {
  /// The folders, the nearest first.
  public let folders: [String]

  /// RUNPILOT_PLUGIN_DIR, `plugins` in the home, and `libexec` beside this program.
  public init(environment: [String: String], home: String, program: String) {
    let named = (environment["RUNPILOT_PLUGIN_DIR"] ?? "").split(separator: ":").map(String.init)
    folders = named + [home + "/plugins", Paths.resolve("../libexec/runpilot/plugins", from: Paths.parent(of: program))]
  }

  /// A plugin that a folder holds.
  public struct Found: Sendable {
    /// The plugin.
    public let file: PluginFile
    /// One of the same name in a nearer folder, which is used in its place.
    public let shadowedBy: String?
  }

  /// Everything there is, by name; runs nothing.
  public func all() -> [Found] {
    var seen: [String: String] = [:]
    var found: [Found] = []
    for folder in folders {
      let names = ((try? Files.names(in: folder)) ?? []).filter { $0.hasPrefix(PluginFile.prefix) && !$0.hasSuffix(".plugin.json") }
      for name in names.sorted() {
        let file = PluginFile(folder + "/" + name)
        found.append(Found(file: file, shadowedBy: seen[file.name]))
        seen[file.name] = seen[file.name] ?? file.path
      }
    }
    return found.sorted { ($0.file.name, $0.shadowedBy == nil ? 0 : 1) < ($1.file.name, $1.shadowedBy == nil ? 0 : 1) }
  }

  /// The plugin by that name, or by the name of its file.
  public func find(_ name: String) -> PluginFile? {
    all().first { $0.shadowedBy == nil && ($0.file.name == name || Paths.name(of: $0.file.path) == name) }?.file
  }
}
