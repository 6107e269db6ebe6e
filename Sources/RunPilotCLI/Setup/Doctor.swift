import Basics
import CommandLineKit
import ControlAPI
import Glibc
import TrainingModel

/// `runpilot doctor`.
struct Doctor: Command {
  static let name = "doctor"
  static let summary = "Check everything runpilot needs and say how to mend what is missing"
  static let examples = [Example("runpilot doctor", "Begin here when something does not work")]
  static let exitCodes = [ExitNote(.partial, "something is not usable; what to do is shown")]
  static let fields: [Field<Self>] = OutputOptions.jsonOnly.within(\.output)
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    var sections = [ChecksReport.Section(subject: "this machine", checks: HostChecks(world: world).all())]
    sections.append(.init(subject: "configuration", checks: await configuration(world)))
    do {
      let service = try await world.providers()
      let ids = try await service.providers().map(\.id)
      for section in await ProvidersCheck.sections(ids, service) {
        sections.append(.init(subject: "provider \(section.subject)", checks: section.checks))
      }
    } catch {
      sections.append(.init(subject: "providers", checks: [Self.failed("providers", error)]))
    }
    try world.emit(ChecksReport(sections: sections), output)
    return sections.contains { $0.outcome == .failed } ? ExitStatus(.partial) : .ok
  }

  private func configuration(_ world: World) async -> [CheckResult] {
    var checks: [CheckResult] = []
    do {
      let reviews = try await world.configuration().validate(nil)
      checks += reviews.map { review in
        review.problems.isEmpty
          ? CheckResult("file", .ok, review.file)
          : CheckResult("file", .failed, review.file, hints: ["see what is wrong: `runpilot config validate '\(review.file)'`"])
      }
    } catch { checks.append(Self.failed("files", error)) }
    do {
      var query = RunQuery()
      query.limit = 1
      _ = try await world.runs().runs(query)
      checks.append(CheckResult("runs", .ok, "the index can be read"))
    } catch { checks.append(Self.failed("runs", error)) }
    return checks
  }

  private static func failed(_ name: String, _ error: any Error) -> CheckResult {
    let failure = Failure(error)
    return CheckResult(name, .failed, failure.message, hints: failure.hints)
  }
}
