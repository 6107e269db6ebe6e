public import Basics

/// `${params.lr}` inside the entrypoint or a variable: replaced when the job starts, so that `rerun --param` reaches it.
public enum ParameterReference {
  /// The names referred to in a text, in order.
  public static func names(in text: String) -> [String] {
    pieces(of: text).compactMap { piece in if case .reference(let name) = piece { name } else { nil } }
  }

  /// The text with every reference replaced by its value in plain text; one to an unknown name stays as it is.
  public static func expand(_ text: String, params: [String: JSONValue]) -> String {
    replace(text) { name in params[name]?.plainText }
  }

  /// The text with every reference replaced by what `replacement` gives for its name; one for which it gives nil stays as it is.
  public static func replace(_ text: String, with replacement: (String) -> String?) -> String {
    pieces(of: text).map { piece in
      switch piece {
      case .text(let text): text
      case .reference(let name): replacement(name) ?? opening + name + "}"
      }
    }.joined()
  }

  private enum Piece {
    case text(String)
    case reference(String)
  }

  private static let opening = "${params."

  private static func pieces(of text: String) -> [Piece] {
    var pieces: [Piece] = []
    var rest = text[...]
    while let start = rest.firstRange(of: opening), let end = rest[start.upperBound...].firstIndex(of: "}") {
      pieces.append(.text(String(rest[..<start.lowerBound])))
      pieces.append(.reference(String(rest[start.upperBound..<end])))
      rest = rest[rest.index(after: end)...]
    }
    pieces.append(.text(String(rest)))
    return pieces
  }
}

extension RunSpec {
  /// The entrypoint with the values of the parameters it refers to.
  public var expandedEntrypoint: [String] { entrypoint.map { ParameterReference.expand($0, params: params) } }

  /// The plain variables with the values of the parameters they refer to.
  public var expandedEnvironment: [String: String] { environment.mapValues { ParameterReference.expand($0, params: params) } }
}
