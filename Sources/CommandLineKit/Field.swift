/// A key path that may be kept in a static list.
public typealias FieldPath<Root, Value> = any WritableKeyPath<Root, Value> & Sendable

/// One parameter of a command and the property it fills.
public struct Field<Root>: Sendable {
  /// What help, completions and errors know about it.
  public let parameter: Parameter
  /// Puts one typed word into the property; false when the word is not such a value. Flags get "true" and "false".
  let store: @Sendable (inout Root, String) -> Bool
  /// The value in `root` as it would be typed, when worth showing.
  let current: @Sendable (Root) -> String?

  init(
    _ parameter: Parameter, current: @escaping @Sendable (Root) -> String? = { _ in nil },
    store: @escaping @Sendable (inout Root, String) -> Bool
  ) {
    self.parameter = parameter
    self.store = store
    self.current = current
  }

  /// The parameter with the default that a fresh `root` holds.
  func described(by root: Root) -> Parameter {
    var parameter = parameter
    parameter.defaultText = current(root)
    return parameter
  }
}

extension Array {
  /// The fields of a group of parameters that several commands share, for a command that holds the group at `path`.
  public func within<Outer, Root>(_ path: FieldPath<Outer, Root>) -> [Field<Outer>] where Element == Field<Root> {
    map { field in
      Field<Outer>(field.parameter, current: { field.current($0[keyPath: path]) }) { outer, word in
        field.store(&outer[keyPath: path], word)
      }
    }
  }
}
