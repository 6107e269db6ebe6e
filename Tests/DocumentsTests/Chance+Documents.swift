import Basics
import RunPilotTesting

extension Chance {
  /// A text made of pieces that mean something to YAML.
  mutating func text() -> String {
    let pieces = [
      "a", "é", "日", " ", "  ", ":", ": ", " #", "#", "-", "- ", "\n", "\t", "\"", "'", "\\", "{", "}", "[", "]", ",", "&", "*", "!", "|",
      ">",
      "%", "@", "`", "1", ".", "e5", "0x", "true", "null", "~", "yes", "?", "\r", "\u{0}", "\u{7F}", "\u{85}", "\u{2028}", "\u{FEFF}", "😀",
      "---",
    ]
    return (0..<Int.random(in: 0...6, using: &self)).map { _ in pieces.randomElement(using: &self) ?? "" }.joined()
  }

  /// Any value.
  mutating func value(depth: Int) -> JSONValue {
    switch Int.random(in: 0...(depth > 0 ? 7 : 5), using: &self) {
    case 0: return .null
    case 1: return .bool(.random(using: &self))
    case 2: return .int(.random(in: .min ... .max, using: &self))
    case 3: return .double(Double(Int.random(in: -1_000_000...1_000_000, using: &self)) * 1e-7)
    case 4, 5: return .string(text())
    case 6: return .array((0..<Int.random(in: 0...4, using: &self)).map { _ in value(depth: depth - 1) })
    default:
      var members: [String: JSONValue] = [:]
      for _ in 0..<Int.random(in: 0...4, using: &self) { members[text()] = value(depth: depth - 1) }
      return .object(members)
    }
  }
}
