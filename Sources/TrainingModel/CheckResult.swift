/// One thing that was checked.
public struct CheckResult: Sendable, Codable, Equatable {
  /// How it came out.
  public enum Outcome: String, Sendable, Codable {
    case ok, warning, failed
  }
  /// What was checked, as a noun: "engine", "driver".
  public var name: String
  /// How it came out.
  public var outcome: Outcome
  /// What was found.
  public var detail: String
  /// How to mend it.
  public var hints: [String]

  /// The result of one check.
  public init(_ name: String, _ outcome: Outcome, _ detail: String, hints: [String] = []) {
    self.name = name
    self.outcome = outcome
    self.detail = detail
    self.hints = hints
  }
}
