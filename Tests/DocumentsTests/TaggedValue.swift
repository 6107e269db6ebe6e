import Basics
import Documents

/// A value with the type names of toml-test, with floats and times in one spelling each.
indirect enum TaggedValue: Equatable {
  case leaf(type: String, value: String)
  case list([TaggedValue])
  case table([String: TaggedValue])

  /// From the suite's JSON: `{"type": "integer", "value": "1"}` at the leaves.
  init(_ json: JSONValue) {
    switch json {
    case .array(let items): self = .list(items.map { TaggedValue($0) })
    case .object(let members):
      if members.count == 2, let type = members["type"]?.stringValue, let value = members["value"]?.stringValue {
        self = .leaf(type: type, value: Self.spelling(type, value))
      } else {
        self = .table(members.mapValues { TaggedValue($0) })
      }
    default: self = .leaf(type: "unexpected", value: "\(json)")
    }
  }

  /// From what our parser read.
  init(_ node: Node) {
    switch node.value {
    case .null: self = .leaf(type: "null", value: "")
    case .bool(let flag, _): self = .leaf(type: "bool", value: "\(flag)")
    case .int(let number, _): self = .leaf(type: "integer", value: "\(number)")
    case .float(let number, _): self = .leaf(type: "float", value: "\(number)")
    case .string(let text, _): self = .leaf(type: "string", value: text)
    case .dateTime(let time): self = .leaf(type: Self.type(time.kind), value: Self.spelling("datetime", time.text))
    case .sequence(let items): self = .list(items.map { TaggedValue($0) })
    case .mapping(let mapping):
      self = .table(Dictionary(uniqueKeysWithValues: mapping.entries.map { ($0.key, TaggedValue($0.value)) }))
    }
  }

  private static func type(_ kind: DocumentDateTime.Kind) -> String {
    switch kind {
    case .offsetDateTime: "datetime"
    case .localDateTime: "datetime-local"
    case .localDate: "date-local"
    case .localTime: "time-local"
    }
  }

  /// The suite leaves open how many zeros a fraction ends with and how a float is written.
  private static func spelling(_ type: String, _ value: String) -> String {
    if type == "float" { return Double(value).map { "\($0)" } ?? value }
    guard type.contains("datetime") || type.contains("local"), let point = value.firstIndex(of: ".") else {
      return value.replacing("+00:00", with: "Z")
    }
    let fraction = value[point...].dropFirst().prefix { $0.isNumber }
    let rest = value[point...].dropFirst(1 + fraction.count)
    var digits = fraction.prefix(3)
    while digits.last == "0" { digits.removeLast() }
    return String(value[..<point]) + (digits.isEmpty ? "" : "." + digits) + String(rest)
  }
}
