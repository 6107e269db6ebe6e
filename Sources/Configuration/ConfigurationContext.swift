public import ProviderKit

/// Everything of the world that configuration depends on, read once by the root.
public struct ConfigurationContext: Sendable {
  /// The caller's environment.
  public var environment: [String: String]
  /// The caller's working directory, absolute: relative paths of files and flags are seen from here.
  public var workingFolder: String
  /// RunPilot's home, absolute: `$RUNPILOT_HOME`, or `.runpilot` in the user's home folder.
  public var home: String
  /// The providers.toml that was named outright, by a flag or by `RUNPILOT_PROVIDERS_FILE`: it takes the place of the project's and the user's.
  public var providersFile: String?
  /// The modules there are.
  public var descriptors: [ProviderDescriptor]
  /// The modules of object stores there are.
  public var storages: [StorageDescription]
  /// The providers.toml that always lies underneath.
  public var builtInProviders: String
  /// How files are read.
  public var files: FileAccess
  /// What is known of the program that `command` names, seen from the folder of the file; runs nothing.
  public var plugin: @Sendable (_ command: [String], _ folder: String) throws -> ProviderDescriptor = { command, _ in
    throw ConfigurationError("programs as providers are not available here: \(command.joined(separator: " "))")
  }

  /// A context on the disk.
  public init(
    environment: [String: String], workingFolder: String, home: String, providersFile: String? = nil, descriptors: [ProviderDescriptor],
    storages: [StorageDescription] = [], builtInProviders: String, files: FileAccess = .disk
  ) {
    self.environment = environment
    self.workingFolder = workingFolder
    self.home = home
    self.providersFile = providersFile ?? environment[Self.providersVariable]
    self.descriptors = descriptors
    self.storages = storages
    self.builtInProviders = builtInProviders
    self.files = files
  }

  /// The variable that names a providers.toml outright.
  static let providersVariable = "RUNPILOT_PROVIDERS_FILE"
  /// Where ``providersFile`` came from.
  var providersFileOrigin: Origin {
    providersFile == environment[Self.providersVariable] ? .variable(Self.providersVariable) : .flag("--providers-file")
  }
  /// The home folder of a user's files, without which `~` stays as it is.
  var userFolder: String? { environment["HOME"] }
  /// The user's settings.
  var userFile: String { home + "/config.yaml" }
  /// The user's providers.
  var userProvidersFile: String { home + "/providers.toml" }
  /// What `trust` remembers.
  var trustFile: String { home + "/trust.json" }
}
