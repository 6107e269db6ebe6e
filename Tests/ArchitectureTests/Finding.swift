/// A place that breaks a rule of the house.
struct Finding: Equatable, CustomStringConvertible {
  let file: String
  let line: Int
  let text: String

  /// As compilers print it, so that editors can go there.
  var description: String { "\(file):\(line): \(text)" }

  init(_ file: String, _ line: Int = 1, _ text: String) {
    self.file = file
    self.line = line
    self.text = text
  }
}

extension [Finding] {
  /// One a line, for the message of a failed expectation.
  var listed: String { map(\.description).joined(separator: "\n") }
}
