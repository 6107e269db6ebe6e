import Basics
import FoundationEssentials
import PluginProtocol
import ProviderKit
import TrainingModel

/// What stands beside a plugin in `NAME.plugin.json`: what there is to know about it without running it.
struct PluginManifest: Sendable {
  /// What users write as `module`.
  var name: String
  var version: String?
  var summary: String?
  /// Versions of the protocol that it speaks.
  var protocols: VersionRange?
  /// The digest of the plugin's file.
  var sha256: String?
  var kind: PluginFacts.Kind
  var runsContainers: Bool
  /// Variables that are part of its environment.
  var credentials: [String]
  /// Nil for those that take any setting, and check them by themselves.
  var settings: [SettingDescription]?
  var powers: [PowerDescription]
  /// Settings under which the conformance kit may make and destroy things.
  var sandbox: [String: JSONValue]

  /// What is assumed of a plugin that has none.
  init(name: String) {
    self.name = name
    kind = .renting
    runsContainers = false
    credentials = []
    powers = []
    sandbox = [:]
  }
}

extension PluginManifest: Decodable {
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    self.init(name: try values.decode(String.self, forKey: "name"))
    version = try values.decodeIfPresent(String.self, forKey: "version")
    summary = try values.decodeIfPresent(String.self, forKey: "summary")
    protocols = try values.decodeIfPresent(VersionRange.self, forKey: "protocol")
    sha256 = try values.decodeIfPresent(String.self, forKey: "sha256")?.lowercased()
    kind = try values.decodeIfPresent(PluginFacts.Kind.self, forKey: "kind") ?? .renting
    runsContainers = try values.decodeIfPresent(Bool.self, forKey: "runsContainers") ?? false
    credentials = try values.decodeIfPresent([String].self, forKey: "credentials") ?? []
    settings = try values.decodeIfPresent([Setting].self, forKey: "settings")?.map(\.description)
    powers = try values.decodeIfPresent([Power].self, forKey: "powers")?.map { PowerDescription($0.name, $0.available, $0.note) } ?? []
    sandbox = try values.decodeIfPresent([String: JSONValue].self, forKey: "sandbox") ?? [:]
  }

  private struct Power: Decodable {
    var name: String
    var available: Bool
    var note: String
  }

  private struct Setting: Decodable {
    var description: SettingDescription

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: FieldKey.self)
      let name = try values.decode(String.self, forKey: "name")
      let word = try values.decodeIfPresent(String.self, forKey: "form") ?? "string"
      let forms: [String: SettingDescription.Form] = [
        "string": .string, "boolean": .boolean, "integer": .integer, "duration": .duration, "size": .size, "strings": .strings,
        "choice": .choice(try values.decodeIfPresent([String].self, forKey: "choices") ?? []),
      ]
      guard let form = forms[word] else {
        let known = forms.keys.sorted().joined(separator: ", ")
        throw DecodingError.dataCorruptedError(forKey: "form", in: values, debugDescription: "'\(word)' is none of \(known)")
      }
      description = SettingDescription(
        name, form, try values.decode(String.self, forKey: "summary"),
        needsTrust: try values.decodeIfPresent(Bool.self, forKey: "needsTrust") ?? false,
        perRun: try values.decodeIfPresent(Bool.self, forKey: "perRun") ?? false)
    }
  }
}
