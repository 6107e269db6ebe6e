public import Basics

/// What there is to know about a storage module before it is opened.
public struct StorageDescription: Sendable {
  /// What users write as `module` in a `[storage.NAME]` table.
  public var module: String
  /// Keys its table may hold.
  public var settings: [SettingDescription]

  /// A description of a storage module.
  public init(module: String, settings: [SettingDescription]) {
    self.module = module
    self.settings = settings
  }
}

/// The checked settings of one `[storage.NAME]` table.
public struct StorageSettings: Sendable, Equatable {
  /// The table's name.
  public var name: String
  /// Its `module`.
  public var module: String
  /// Every other key, of the form its description says.
  public var values: [String: JSONValue]

  /// The settings of a table.
  public init(name: String, module: String, values: [String: JSONValue] = [:]) {
    self.name = name
    self.module = module
    self.values = values
  }
}
