import CommandLineKit

/// `NAME=VALUE` for a plain variable, or a bare `NAME` for a secret of the caller's environment.
struct EnvironmentEntry: ArgumentValue, Equatable {
  let name: String
  /// nil when only the name was given.
  let value: String?

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first?.unicodeScalars.first, first == "_" || first.properties.isAlphabetic,
      parts[0].unicodeScalars.allSatisfy({ $0.isASCII && ($0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil) })
    else { return nil }
    name = String(parts[0])
    value = parts.count == 2 ? String(parts[1]) : nil
  }

  var argumentText: String { value.map { "\(name)=\($0)" } ?? name }
  static var expectation: String { "NAME=VALUE, or NAME alone for a secret of your environment" }
}
