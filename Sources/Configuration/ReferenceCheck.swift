import Basics
import Documents
import TrainingModel

/// Finds `${params.x}` in the entrypoint, setup and variables that name no parameter.
struct ReferenceCheck {
  let settings: RunSettings
  let collector: DiagnosticCollector

  func check() {
    for key in ["entrypoint", "setup", "env"] {
      if let node = settings.mapping[key] { check(node) }
    }
  }

  private func check(_ node: Node) {
    switch node.value {
    case .sequence(let items): for item in items { check(item) }
    case .mapping(let mapping): for entry in mapping.entries { check(entry.value) }
    default: for name in ParameterReference.names(in: node.scalarText ?? "") { check(name, node) }
    }
  }

  private func check(_ name: String, _ node: Node) {
    guard settings.params[name] == nil else { return }
    let known = settings.params.keys.sorted()
    let hints =
      if let nearest = Suggestion.nearest(to: name, among: known) {
        ["did you mean '${params.\(nearest)}'?"]
      } else {
        ["give it a value: `params: {\(name): …}` or `--param \(name)=…`"]
          + (known.isEmpty ? [] : ["parameters: \(known.joined(separator: ", "))"])
      }
    collector.add(node.diagnostic("no parameter '\(name)'", hints: hints))
  }
}
