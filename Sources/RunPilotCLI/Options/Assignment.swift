import Basics
import CommandLineKit
import FoundationEssentials

/// `KEY=VALUE` for a hyperparameter.
struct Assignment: ArgumentValue, Equatable {
  let name: String
  let value: JSONValue

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    name = String(parts[0])
    value = Self.value(String(parts[1]))
  }

  var argumentText: String { "\(name)=\(value.plainText)" }
  static var expectation: String { "KEY=VALUE" }

  /// Numbers, booleans and lists are what they look like; everything else is text.
  private static func value(_ text: String) -> JSONValue {
    guard let value = try? JSON.decode(JSONValue.self, from: Data(text.utf8)) else { return .string(text) }
    switch value {
    case .bool, .int, .double, .array: return value
    case .null, .string, .object: return .string(text)
    }
  }
}

extension [Assignment] {
  /// By name; the last one of a name counts.
  var values: [String: JSONValue] { Dictionary(map { ($0.name, $0.value) }) { _, last in last } }
}
