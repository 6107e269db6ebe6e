public import Basics

extension Node {
  /// A value made by the program, standing nowhere.
  public init(_ value: Value) { self.init(value, at: .start, in: .none) }

  /// Text made by the program.
  public static func string(_ text: String) -> Node { Node(.string(text, quoted: true)) }
  /// A whole number made by the program.
  public static func int(_ number: Int64) -> Node { Node(.int(number, text: "\(number)")) }
  /// A boolean made by the program.
  public static func bool(_ flag: Bool) -> Node { Node(.bool(flag, text: flag ? "true" : "false")) }
  /// A list made by the program.
  public static func sequence(_ items: [Node]) -> Node { Node(.sequence(items)) }
  /// A mapping made by the program, in the order given.
  public static func mapping(_ entries: [(String, Node)]) -> Node {
    var mapping = Mapping()
    for (key, value) in entries { mapping.set(key, to: value) }
    return Node(.mapping(mapping))
  }

  /// The node for a JSON value; members in the order of their names.
  public init(json: JSONValue) {
    switch json {
    case .null: self.init(.null(text: "null"))
    case .bool(let flag): self = .bool(flag)
    case .int(let number): self = .int(number)
    case .double(let number): self.init(.float(number, text: Self.text(of: number)))
    case .string(let text): self = .string(text)
    case .array(let items): self = .sequence(items.map { Node(json: $0) })
    case .object(let members):
      let sorted = members.sorted { $0.key < $1.key }
      self = .mapping(sorted.map { ($0.key, Node(json: $0.value)) })
    }
  }

  /// The JSON value this means. Times become text; numbers without end keep their words, since JSON has none.
  public var json: JSONValue {
    switch value {
    case .null: .null
    case .bool(let flag, _): .bool(flag)
    case .int(let number, _): .int(number)
    case .float(let number, let text): number.isFinite ? .double(number) : .string(text)
    case .string(let text, _): .string(text)
    case .dateTime(let time): .string(time.text)
    case .sequence(let items): .array(items.map(\.json))
    case .mapping(let mapping): .object(Dictionary(uniqueKeysWithValues: mapping.entries.map { ($0.key, $0.value.json) }))
    }
  }

  private static func text(of number: Double) -> String {
    if number.isNaN { return ".nan" }
    if number.isInfinite { return number < 0 ? "-.inf" : ".inf" }
    return "\(number)"
  }
}
