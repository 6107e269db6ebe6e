import Basics
import Documents
import ProviderKit

/// Reads a module's settings, each in the form its description says. Lengths of time become seconds, sizes bytes.
enum SettingReader {
  /// The value of one setting.
  static func value(_ node: Node, _ setting: SettingDescription, _ what: String) throws(SourceDiagnostic) -> JSONValue {
    switch setting.form {
    case .string: return .string(try node.text(what))
    case .boolean: return .bool(try node.bool(what))
    case .integer: return .int(try node.int(what))
    case .duration: return .int(try Values.seconds(node, what) ?? 0)
    case .size: return .int(try Values.size(node, what).bytes)
    case .strings: return .array(try node.texts(what).map { .string($0) })
    case .choice(let choices):
      let text = try node.text(what)
      guard choices.contains(text) else {
        let nearest = Suggestion.nearest(to: text, among: choices).map { ["did you mean '\($0)'?"] } ?? []
        throw node.diagnostic("'\(what)' must be one of \(choices.joined(separator: ", ")), not '\(text)'", hints: nearest)
      }
      return .string(text)
    }
  }

  /// Every setting of a mapping; unknown keys and wrong values go to the collector.
  /// - Parameter takesAny: whether keys beyond `settings` are none of our business.
  static func values(
    _ reader: inout MappingReader, of settings: [SettingDescription], takesAny: Bool = false, collector: DiagnosticCollector
  ) -> [String: (value: JSONValue, node: Node)] {
    var values: [String: (value: JSONValue, node: Node)] = [:]
    for setting in settings {
      guard let node = reader.node(setting.name) else { continue }
      let what = reader.name(setting.name)
      guard let value = collector.attempt({ () throws(SourceDiagnostic) in try Self.value(node, setting, what) }) else { continue }
      values[setting.name] = (value, node)
    }
    if takesAny {
      for entry in reader.mapping.entries where !reader.wasAsked(entry.key) {
        if let node = reader.node(entry.key) { values[entry.key] = (node.json, node) }
      }
    }
    reader.finish()
    return values
  }
}
