import Basics
import CommandLineKit
import ControlAPI
import TrainingModel

/// `runpilot providers check`.
struct ProvidersCheck: Command {
  static let name = "check"
  static let summary = "Ask providers whether they can be used"
  static let examples = [
    Example("runpilot providers check", "All of them"),
    Example("runpilot providers check local", "One of them"),
  ]
  static let exitCodes = [ExitNote(.partial, "some cannot be used"), ExitNote(.unavailable, "none can be used")]
  static let fields: [Field<Self>] =
    [.arguments("provider", \.ids, "Providers to ask; all when none is named", required: false, completion: .providers)]
    + OutputOptions.fields.within(\.output)

  var ids: [String] = []
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let service = try await world.providers()
    let known = try await service.providers().map(\.id)
    if let stranger = ids.first(where: { !known.contains(ProviderID($0)) }) {
      throw NoSuchProvider(name: stranger, known: known.map(\.rawValue))
    }
    let sections = await Self.sections(ids.isEmpty ? known : ids.map { ProviderID($0) }, service)
    try world.emit(ChecksReport(sections: sections), output)
    let failed = sections.count { $0.outcome == .failed }
    return failed == 0 ? .ok : ExitStatus(failed == sections.count ? .unavailable : .partial)
  }

  /// A provider that throws instead of answering has failed a check.
  static func sections(_ ids: [ProviderID], _ service: any ProviderService) async -> [ChecksReport.Section] {
    var sections: [ChecksReport.Section] = []
    for id in ids {
      do {
        sections.append(.init(subject: id.rawValue, checks: try await service.check(id)))
      } catch {
        let failure = Failure(error)
        sections.append(.init(subject: id.rawValue, checks: [CheckResult("check", .failed, failure.message, hints: failure.hints)]))
      }
    }
    return sections
  }
}
