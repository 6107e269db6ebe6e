public import Basics

/// Something wrong in a file: where, what, and how to mend it.
public struct SourceDiagnostic: ExitCoded, Equatable {
  /// The file as messages call it.
  public let file: String
  /// Where in the file; nil when it concerns the whole.
  public let position: SourcePosition?
  /// What is wrong, without the place.
  public let problem: String
  /// Ways to mend it, most useful first.
  public let hints: [String]
  /// The line and a caret.
  public let excerpt: SourceExcerpt?

  /// A finding. ``SourceText/diagnostic(_:at:hints:)`` adds the excerpt.
  public init(file: String, position: SourcePosition?, problem: String, hints: [String] = [], excerpt: SourceExcerpt? = nil) {
    self.file = file
    self.position = position
    self.problem = problem
    self.hints = hints
    self.excerpt = excerpt
  }

  /// "train.yaml:3:5: unknown key 'imgae'".
  public var headline: String {
    guard let position else { return "\(file): \(problem)" }
    return "\(file):\(position): \(problem)"
  }

  /// The headline, and below it the line with its caret.
  public var message: String {
    guard let excerpt else { return headline }
    return [headline, excerpt.line, excerpt.caret].joined(separator: "\n")
  }

  /// The whole finding with its hints, one `hint:` line each.
  public var rendered: String { ([message] + hints.map { "  hint: \($0)" }).joined(separator: "\n") }

  /// 78: a configuration that cannot be used.
  public var exitCode: ExitCode { .configuration }
}
