public import Documents

/// Where a value came from.
public enum Origin: Sendable, Hashable, CustomStringConvertible {
  /// A flag of the command line, such as `--gpus`.
  case flag(String)
  /// A variable of the environment.
  case variable(String)
  /// A file and the place in it.
  case file(String, SourcePosition)
  /// The program itself, with the reason.
  case builtIn(String)

  /// Where a node of a document came from.
  public init(of node: Node) {
    switch node.source.kind {
    case .file: self = .file(node.source.name, node.position)
    case .flag: self = .flag(node.source.name)
    case .variable: self = .variable(node.source.name)
    case .builtIn: self = .builtIn(node.source.name)
    }
  }

  /// "train.yaml:3", "--gpus", "RUNPILOT_PROVIDER", "default".
  public var description: String {
    switch self {
    case .flag(let name), .variable(let name), .builtIn(let name): name
    case .file(let name, let position): "\(name):\(position.line)"
    }
  }
}
