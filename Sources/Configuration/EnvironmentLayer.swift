import Documents

/// The variables that set something for every run: `RUNPILOT_PROVIDER` and its like. Others of that prefix belong to a job or to one command.
enum EnvironmentLayer {
  /// The variables, and the keys of a run file they stand for.
  static let variables: [(variable: String, key: String)] = [
    ("RUNPILOT_PROVIDER", "provider"), ("RUNPILOT_PROJECT", "project"), ("RUNPILOT_MAX_DURATION", "max_duration"),
    ("RUNPILOT_STOP_GRACE", "stop_grace"), ("RUNPILOT_FALLBACK", "fallback"), ("RUNPILOT_NETWORK", "network"),
  ]

  /// What the environment says. An empty variable says nothing.
  static func layer(_ environment: [String: String]) -> Mapping {
    Layers.layer(
      variables.compactMap { variable, key in
        guard let text = environment[variable], !text.isEmpty else { return nil }
        return (key, .given(.string(text, quoted: true), by: variable, .variable))
      })
  }
}
