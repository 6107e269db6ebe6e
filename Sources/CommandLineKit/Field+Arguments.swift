extension Field {
  /// A word that must be there.
  public static func argument<Value: ArgumentValue>(
    _ name: String, _ path: FieldPath<Root, Value>, _ summary: String, completion: Completion? = nil
  ) -> Self {
    positional(name, Value.self, summary, required: true, completion: completion) { $0[keyPath: path] = $1 }
  }

  /// A word that may be left out.
  public static func argument<Value: ArgumentValue>(
    _ name: String, _ path: FieldPath<Root, Value?>, _ summary: String, completion: Completion? = nil
  ) -> Self {
    positional(name, Value.self, summary, required: false, completion: completion) { $0[keyPath: path] = $1 }
  }

  /// All remaining words; at least one when `required`. Nothing positional can stand behind it.
  public static func arguments<Value: ArgumentValue>(
    _ name: String, _ path: FieldPath<Root, [Value]>, _ summary: String, required: Bool = true, completion: Completion? = nil
  ) -> Self {
    positional(name, Value.self, summary, required: required, repeats: true, completion: completion) {
      $0[keyPath: path].append($1)
    }
  }

  /// Everything after `--`, with no word looked at.
  public static func rest(_ name: String, _ path: FieldPath<Root, [String]>, _ summary: String) -> Self {
    Field(Parameter(name: name, kind: .rest, summary: summary)) { root, word in
      root[keyPath: path].append(word)
      return true
    }
  }

  private static func positional<Value: ArgumentValue>(
    _ name: String, _: Value.Type, _ summary: String, required: Bool, repeats: Bool = false, completion: Completion?,
    assign: @escaping @Sendable (inout Root, Value) -> Void
  ) -> Self {
    var parameter = Parameter(name: name, kind: .argument(required: required, repeats: repeats), summary: summary)
    parameter.describeValue(Value.self, named: name, completion: completion)
    return Field(parameter) { root, word in
      guard let value = Value(argument: word) else { return false }
      assign(&root, value)
      return true
    }
  }
}

extension Parameter {
  /// Takes over what the value's type says about itself.
  mutating func describeValue<Value: ArgumentValue>(_: Value.Type, named name: String, completion: Completion?) {
    valueName = name
    expectation = Value.expectation
    choices = Value.choices
    self.completion = completion ?? (choices.isEmpty ? .nothing : .words(choices))
  }
}
