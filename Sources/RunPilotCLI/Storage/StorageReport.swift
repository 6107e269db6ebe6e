import Basics
import ControlAPI
import FoundationEssentials
import TerminalUI

/// What a storage command did, or would do.
struct StorageReport: Report {
  static let kind = "storage"
  let steps: [StorageStep]
  let failures: [StorageOutcome.Failure]
  let unchanged: Int
  let omissions: [StoragePlan.Omission]
  let isDryRun: Bool

  init(plan: StoragePlan, isDryRun: Bool) {
    steps = plan.steps
    failures = []
    unchanged = plan.unchanged
    omissions = plan.omissions
    self.isDryRun = isDryRun
  }

  init(plan: StoragePlan, outcome: StorageOutcome) {
    steps = outcome.done
    failures = outcome.failures
    unchanged = plan.unchanged
    omissions = plan.omissions
    isDryRun = false
  }

  var ids: [String] { steps.map { Printable.line($0.target.description) } }

  func text(_ page: Page) -> String {
    let lines = isDryRun ? steps.map { "would \($0.action.rawValue) \(Self.words($0))\n" } : []
    return lines.joined() + summary + "\n"
  }

  /// "12 uploaded (120 MiB), 3 deleted, 40 unchanged".
  private var summary: String {
    var words: [String] = []
    for (action, done) in [(StorageStep.Action.upload, "uploaded"), (.download, "downloaded"), (.delete, "deleted")] {
      let some = steps.filter { $0.action == action }
      if some.isEmpty { continue }
      words.append("\(some.count) \(isDryRun ? "to be " : "")\(done) (\(ByteSize(bytes: some.reduce(0) { $0 + $1.bytes })))")
    }
    if !failures.isEmpty { words.append("\(failures.count) failed") }
    if unchanged > 0 { words.append("\(unchanged) unchanged") }
    return words.isEmpty ? "nothing to do" : words.joined(separator: ", ")
  }

  private static func words(_ step: StorageStep) -> String {
    let target = Printable.line(step.target.description)
    return step.source.map { "\(Printable.line($0.description)) to \(target)" } ?? target
  }

  private enum CodingKeys: String, CodingKey {
    case steps, failures, unchanged, omissions
    case isDryRun = "dry_run"
  }

  private struct Step: Encodable {
    let action: String
    let source: String?
    let target: String
    let bytes: Int64
    var error: String?

    init(_ step: StorageStep, error: String? = nil) {
      action = step.action.rawValue
      source = step.source?.description
      target = step.target.description
      bytes = step.bytes
      self.error = error
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(steps.map { Step($0) }, forKey: .steps)
    try container.encode(failures.map { Step($0.step, error: $0.message) }, forKey: .failures)
    try container.encode(unchanged, forKey: .unchanged)
    try container.encode(omissions.map { ["name": $0.name, "reason": $0.reason] }, forKey: .omissions)
    try container.encode(isDryRun, forKey: .isDryRun)
  }
}
