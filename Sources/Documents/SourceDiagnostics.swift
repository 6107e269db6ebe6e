public import Basics

/// Everything found wrong in one go, in the order of the file.
public struct SourceDiagnostics: ExitCoded, Equatable {
  /// The findings; at least one.
  public let all: [SourceDiagnostic]

  /// Several findings as one error.
  public init(_ all: [SourceDiagnostic]) { self.all = all }

  /// One finding as it is; several with their own hints below each.
  public var message: String {
    all.count == 1 ? all[0].message : all.map(\.rendered).joined(separator: "\n")
  }

  /// The hints of a single finding; several have theirs in the message.
  public var hints: [String] { all.count == 1 ? all[0].hints : [] }

  /// 78: a configuration that cannot be used.
  public var exitCode: ExitCode { .configuration }
}
