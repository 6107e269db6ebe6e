extension Field {
  /// A switch: `--name` makes it true, and `--no-name` false when `negatable`.
  public static func flag(
    _ name: String, _ path: FieldPath<Root, Bool>, _ summary: String, short: Character? = nil, aliases: [String] = [],
    negatable: Bool = false, hidden: Bool = false
  ) -> Self {
    var parameter = Parameter(name: name, kind: .flag(negatable: negatable), summary: summary)
    parameter.short = short
    parameter.aliases = aliases
    parameter.isHidden = hidden
    return Field(parameter) { root, word in
      root[keyPath: path] = word == "true"
      return true
    }
  }

  /// An option with a value and a default; the last one typed counts.
  public static func option<Value: ArgumentValue>(
    _ name: String, _ path: FieldPath<Root, Value>, _ summary: String, short: Character? = nil, aliases: [String] = [],
    value: String? = nil, environment: String? = nil, completion: Completion? = nil, hidden: Bool = false
  ) -> Self {
    let parameter = optionParameter(
      name, Value.self, summary, short: short, aliases: aliases, value: value, environment: environment, completion: completion,
      hidden: hidden)
    return Field(parameter, current: { $0[keyPath: path].argumentText }) { root, word in
      guard let value = Value(argument: word) else { return false }
      root[keyPath: path] = value
      return true
    }
  }

  /// An option that may be left out; the last one typed counts.
  public static func option<Value: ArgumentValue>(
    _ name: String, _ path: FieldPath<Root, Value?>, _ summary: String, short: Character? = nil, aliases: [String] = [],
    value: String? = nil, environment: String? = nil, completion: Completion? = nil, hidden: Bool = false
  ) -> Self {
    let parameter = optionParameter(
      name, Value.self, summary, short: short, aliases: aliases, value: value, environment: environment, completion: completion,
      hidden: hidden)
    return Field(parameter) { root, word in
      // Unwrapped first: a failed reading handed bare to an optional property would be taken as "set to nothing".
      guard let value = Value(argument: word) else { return false }
      root[keyPath: path] = value
      return true
    }
  }

  /// An option that may be given several times; values keep their order.
  public static func options<Value: ArgumentValue>(
    _ name: String, _ path: FieldPath<Root, [Value]>, _ summary: String, short: Character? = nil, aliases: [String] = [],
    value: String? = nil, environment: String? = nil, completion: Completion? = nil, hidden: Bool = false
  ) -> Self {
    let parameter = optionParameter(
      name, Value.self, summary, short: short, aliases: aliases, value: value, environment: environment, completion: completion,
      hidden: hidden, repeats: true)
    return Field(parameter) { root, word in
      guard let value = Value(argument: word) else { return false }
      root[keyPath: path].append(value)
      return true
    }
  }

  private static func optionParameter<Value: ArgumentValue>(
    _ name: String, _: Value.Type, _ summary: String, short: Character?, aliases: [String], value: String?, environment: String?,
    completion: Completion?, hidden: Bool, repeats: Bool = false
  ) -> Parameter {
    var parameter = Parameter(name: name, kind: .option(repeats: repeats), summary: summary)
    parameter.short = short
    parameter.aliases = aliases
    parameter.environment = environment
    parameter.isHidden = hidden
    parameter.describeValue(Value.self, named: value ?? name, completion: completion)
    return parameter
  }
}
