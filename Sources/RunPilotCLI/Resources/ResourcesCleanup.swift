import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// `runpilot resources cleanup`.
struct ResourcesCleanup: Command {
  static let name = "cleanup"
  static let summary = "Destroy what should not be there any more"
  static let discussion = """
    Shows what would go and why, what stays and why, and asks. Without names: what has expired, whose run is over, whose agent is lost, or that nobody knew. \
    What is not ours is never destroyed. --force also takes what is young or whose run is alive, and says yes to nothing; what is protected goes only when it \
    is named by --override-protection. A large clean-up needs a typed phrase, or a plan that was written with --plan-out and is given with --plan.
    """
  static let examples = [
    Example("runpilot resources cleanup", "What should go by itself, after asking"),
    Example("runpilot resources cleanup --dry-run", "Only show it"),
    Example("runpilot resources cleanup i-0abc --include-data", "One, with what is on it"),
    Example("runpilot resources cleanup --plan-out plan.json", "For somebody to look at"),
    Example("runpilot resources cleanup --plan plan.json --yes", "Exactly what was looked at; what changed since is skipped"),
  ]
  static let exitCodes = [
    ExitNote(.partial, "some were skipped, failed, or are not gone yet"),
    ExitNote(.notAllowed, "nothing of what was named may be destroyed"),
  ]
  static let fields: [Field<Self>] =
    [
      .arguments("resource", \.references, "Only these", required: false, completion: .resources),
      .flag("force", \.force, "Also what is young or whose run is alive"),
      .options("override-protection", \.overrides, "A protected resource that may go", value: "id"),
      .flag("include-data", \.includeData, "Also where data would die"),
      .flag("dry-run", \.dryRun, "Show it, and send nothing that changes anything"),
      .option("plan-out", \.planOut, "Write the plan to a file, and destroy nothing", value: "file", completion: .files(["json"])),
      .option("plan", \.planFile, "Destroy what this plan holds", value: "file", completion: .files(["json"])),
      .flag("yes", \.yes, "Do not ask", short: "y"),
    ] + OutputOptions.fields.within(\.output)

  var references: [String] = []
  var force = false
  var overrides: [String] = []
  var includeData = false
  var dryRun = false
  var planOut: String?
  var planFile: String?
  var yes = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    if planFile != nil, planOut != nil { throw UsageError(.conflict("--plan", "--plan-out"), in: ["runpilot", "resources", Self.name]) }
    let service = try await world.resources()
    var request = self.request
    let reviewed = try planFile.map { try CleanupPlanFile.read(Paths.resolve($0, from: world.workingDirectory)) }
    if let reviewed { request = reviewed.request }
    let preview = if let reviewed { reviewed.preview } else { try await service.plan(request) }
    world.say(preview.gaps)
    if dryRun || planOut != nil || preview.items.isEmpty { return try show(preview, request, world) }
    if !output.quiet {
      try world.errors.write(CleanupPreviewReport(preview: preview).text(Page(terminal: world.errors.facts, world: world)))
    }
    request.isReviewed = reviewed != nil
    request.phrase = try agreement(preview, reviewed: reviewed != nil, world)
    let report = try await service.destroy(preview, request)
    try world.emit(CleanupResultReport(report: report), output)
    return report.isComplete && preview.gaps.isEmpty ? .ok : ExitStatus(.partial)
  }

  private var request: CleanupRequest {
    var request = CleanupRequest()
    request.references = references
    request.force = force
    request.overrideProtection = overrides
    request.includeData = includeData
    return request
  }

  /// Nothing is destroyed: the plan is shown, and written when that was asked.
  private func show(_ preview: CleanupPreview, _ request: CleanupRequest, _ world: World) throws -> ExitStatus {
    if let planOut {
      try CleanupPlanFile(request: request, preview: preview).write(Paths.resolve(planOut, from: world.workingDirectory))
      world.errors.say("the plan is in \(planOut); destroy what it holds with: runpilot resources cleanup --plan \(planOut)")
    }
    try world.emit(CleanupPreviewReport(preview: preview), output)
    if preview.items.isEmpty, !output.json { world.errors.say("nothing to destroy") }
    if preview.items.isEmpty, !references.isEmpty, !preview.skipped.isEmpty { return ExitStatus(.notAllowed) }
    return preview.gaps.isEmpty ? .ok : ExitStatus(.partial)
  }

  /// A yes, or for much the phrase.
  /// - Returns: the phrase that was typed; nil where a yes was enough.
  private func agreement(_ preview: CleanupPreview, reviewed: Bool, _ world: World) throws -> String? {
    guard let phrase = preview.phrase, !reviewed else {
      try world.requireConfirmation("Destroy \(preview.items.count == 1 ? "it" : "these \(preview.items.count)")?", yes: yes)
      return nil
    }
    guard world.inputIsTerminal else { throw PhraseNeeded(phrase: phrase) }
    try world.errors.write("That is much. To destroy them, type: \(phrase)\n> ")
    guard let typed = world.readLine()?.trimmed(), typed == phrase else { throw NotConfirmed(nobodyToAsk: false) }
    return typed
  }
}

/// A clean-up too large for a mere `--yes`.
struct PhraseNeeded: ExitCoded, Equatable {
  let phrase: String
  var message: String {
    "nothing was done: so much at once needs the words \"\(phrase)\" typed at a terminal, or a plan that was looked at"
  }
  var hints: [String] {
    [
      "write a plan: `runpilot resources cleanup --plan-out plan.json`",
      "look at it, then: `runpilot resources cleanup --plan plan.json --yes`",
    ]
  }
  var exitCode: ExitCode { .notAllowed }
}

/// A plan as a file.
struct CleanupPlanFile: Codable {
  var schema = "runpilot/cleanup-plan/v1"
  var request: CleanupRequest
  var preview: CleanupPreview

  init(request: CleanupRequest, preview: CleanupPreview) {
    self.request = request
    self.preview = preview
  }

  func write(_ path: String) throws { try Files.writeAtomically(try JSON.encode(self), to: path, mode: 0o600) }

  static func read(_ path: String) throws -> CleanupPlanFile {
    let bytes = try Files.read(path)
    guard let plan = try? JSON.decode(CleanupPlanFile.self, from: bytes), plan.schema == "runpilot/cleanup-plan/v1" else {
      throw NoPlan(path: path)
    }
    return plan
  }
}

/// A file that is no plan.
struct NoPlan: ExitCoded, Equatable {
  let path: String
  var message: String { "\(path) is no plan of a clean-up" }
  var hints: [String] { ["write one: `runpilot resources cleanup --plan-out plan.json`"] }
  var exitCode: ExitCode { .badInput }
}

/// What would go and what would stay.
struct CleanupPreviewReport: Report {
  static let kind = "cleanup-plan"
  let preview: CleanupPreview
  var ids: [String] { preview.items.map { ResourceWords.id($0.resource) } }
  func encode(to encoder: any Encoder) throws { try preview.encode(to: encoder) }

  func text(_ page: Page) -> String {
    var text = ""
    if !preview.items.isEmpty {
      text += Table(
        [
          .init("WOULD GO"), .init("KIND"), .init("PROVIDER", rank: 2), .init("RUN", rank: 3), .init("PRICE", alignsRight: true),
          .init("WHY", minimum: 20),
        ],
        rows: preview.items.map { item in
          [
            Cell(ResourceWords.id(item.resource), .red), Cell(item.resource.row.kind), Cell(item.resource.row.place.provider.rawValue),
            Cell(item.resource.row.runID?.rawValue ?? ""), Cell(ResourceWords.hourly(item.resource)), Cell(item.reason),
          ]
        }
      ).text(page.terminal)
    }
    if !preview.skipped.isEmpty {
      text +=
        (text.isEmpty ? "" : "\n")
        + Table([.init("STAYS"), .init("WHY", minimum: 20)], rows: preview.skipped.map { [Cell($0.id), Cell($0.reason)] }).text(
          page.terminal)
    }
    return text
  }
}

/// What a clean-up did.
struct CleanupResultReport: Report {
  static let kind = "cleanup"
  let report: CleanupReport
  var ids: [String] { report.deleted }
  func encode(to encoder: any Encoder) throws { try report.encode(to: encoder) }

  func text(_ page: Page) -> String {
    var lines = report.deleted.map { "\($0) is gone" }
    lines += report.pending.map { "\($0) is on its way out; the next `runpilot resources` command looks again" }
    lines += report.skipped.map { "\($0.id) stays: \($0.reason)" }
    lines += report.failed.map { "\($0.id) could not be destroyed: \($0.error)" }
    return lines.map { $0 + "\n" }.joined()
  }
}
