/// How long a file and a function may be.
enum SizeRules {
  static let fileLimit = 500
  static let functionLimit = 60

  static func check(_ source: SwiftSource) -> [Finding] {
    let count = source.text.count { $0.isNewline }
    let long = count > fileLimit ? [Finding(source.path, "\(count) lines, more than \(fileLimit)")] : []
    return long
      + source.functions.filter { $0.lineCount > functionLimit }
      .map { Finding(source.path, $0.line, "'\($0.name)' has \($0.lineCount) lines, more than \(functionLimit)") }
  }
}
