import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// `runpilot resources reconcile`.
struct ResourcesReconcile: Command {
  static let name = "reconcile"
  static let summary = "Compare the ledger with what providers have, and write down what that proves"
  static let discussion = """
    Never creates and never destroys anything. What carries our tags and is not in the ledger is taken in; what a request may have made is looked for; \
    what providers have twice said to be gone is closed. --rebuild makes a lost or damaged ledger again from live tags: costs before now are then estimates.
    """
  static let examples = [
    Example("runpilot resources reconcile", "After a crash, or a network that failed"),
    Example("runpilot resources reconcile --rebuild", "After the ledger was lost"),
  ]
  static let exitCodes = [ExitNote(.partial, "a provider did not answer in full")]
  static let fields: [Field<Self>] =
    [.flag("rebuild", \.rebuild, "Make a lost or damaged ledger again from live tags")] + OutputOptions.jsonOnly.within(\.output)

  var rebuild = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let report = try await world.resources().reconcile(rebuild: rebuild)
    try world.emit(ReconcileText(report: report), output)
    world.say(report.gaps)
    return report.gaps.isEmpty ? .ok : ExitStatus(.partial)
  }
}

/// What a comparison found.
struct ReconcileText: Report {
  static let kind = "reconcile"
  let report: ReconcileReport
  var ids: [String] { [] }
  func encode(to encoder: any Encoder) throws { try report.encode(to: encoder) }
  func text(_ page: Page) -> String {
    let counts = report.counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    return report.changes.map { $0 + "\n" }.joined() + (counts.isEmpty ? "nothing that costs money is known\n" : counts + "\n")
  }
}

/// `runpilot resources adopt`.
struct ResourcesAdopt: Command {
  static let name = "adopt"
  static let summary = "Make resources of another home of yours this home's"
  static let discussion =
    "For homes that are lost. Their tags are rewritten, so that the other home, if it lives, leaves them alone from then on."
  static let examples = [
    Example("runpilot resources adopt i-0abc", "One, after a look at `resources list --discover`"),
    Example("runpilot resources adopt --all --owner me@example.org", "All of an owner, after asking"),
  ]
  static let exitCodes = [ExitNote(.partial, "some were not adopted"), ExitNote(.notAllowed, "not of that owner")]
  static let fields: [Field<Self>] =
    [
      .arguments("resource", \.references, "Resources", required: false),
      .flag("all", \.all, "Every resource of --owner"),
      .option("owner", \.owner, "Whose they are", value: "name"),
      .flag("yes", \.yes, "Do not ask", short: "y"),
    ] + OutputOptions.fields.within(\.output)

  var references: [String] = []
  var all = false
  var owner: String?
  var yes = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    guard all != !references.isEmpty, !all || owner != nil else {
      throw UsageError(
        .other("adopt needs resources, or --all with --owner", hint: "see which there are: `runpilot resources list --discover`"),
        in: ["runpilot", "resources", Self.name])
    }
    let service = try await world.resources()
    var names = references
    if all {
      var query = ResourceQuery()
      query.discover = true
      let listing = try await service.resources(query)
      let found = listing.resources.filter { $0.standing == .another && $0.row.owner == owner && !$0.row.state.isOver }
      world.say(listing.gaps)
      guard !found.isEmpty else {
        world.errors.say("no resource of another home has the owner \(owner ?? "")")
        return listing.gaps.isEmpty ? .ok : ExitStatus(.partial)
      }
      try world.errors.write(
        ResourceListReport(listing: ResourceListing(resources: found)).text(Page(terminal: world.errors.facts, world: world)))
      names = found.map(ResourceWords.id)
    }
    try world.requireConfirmation("Make \(names.count == 1 ? names[0] : "these \(names.count) resources") this home's?", yes: yes)
    let report = ResourceChangesReport(changes: try await service.adopt(names))
    try world.emit(report, output)
    return report.status
  }
}

/// `runpilot resources forget`.
struct ResourcesForget: Command {
  static let name = "forget"
  static let summary = "Take a resource out of the ledger's sight without touching it"
  static let discussion =
    "It may go on costing, and nobody here will see it. What a request may have made cannot be forgotten before that is settled."
  static let examples = [Example("runpilot resources forget i-0abc --reason account-closed", "After asking")]
  static let fields: [Field<Self>] =
    [
      .argument("resource", \.reference, "The resource", completion: .resources),
      .option("reason", \.reason, "Why, for the audit trail", value: "text"),
      .flag("yes", \.yes, "Do not ask", short: "y"),
    ] + OutputOptions.fields.within(\.output)

  var reference = ""
  var reason: String?
  var yes = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    guard let reason, !reason.trimmed().isEmpty else {
      throw UsageError(.other("forget needs a reason", hint: "say why: `--reason '…'`"), in: ["runpilot", "resources", Self.name])
    }
    try world.requireConfirmation("Forget \(reference)? If it lives it goes on costing, and nobody here will see it.", yes: yes)
    let report = ResourceChangesReport(changes: [try await world.resources().forget(reference, reason: reason)])
    try world.emit(report, output)
    return report.status
  }
}

/// `runpilot resources audit`.
struct ResourcesAudit: Command {
  static let name = "audit"
  static let summary = "Everything that was ever asked of a provider, and what came of it"
  static let discussion = "Each event carries the hash of the one before: --verify says whether one was changed or taken out."
  static let examples = [
    Example("runpilot resources audit --limit 50", "The newest fifty"), Example("runpilot resources audit --verify", "Check the chain"),
  ]
  static let exitCodes = [ExitNote(.badInput, "the chain is broken")]
  static let fields: [Field<Self>] =
    [
      .option("limit", \.limit, "The newest so many", value: "n"), .flag("verify", \.verify, "Check the chain of hashes"),
    ] + OutputOptions.jsonOnly.within(\.output)

  var limit: Count?
  var verify = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let report = try await world.resources().audit(limit: limit?.number, verify: verify)
    try world.emit(AuditText(report: report), output)
    if report.isWhole == true, !output.json {
      world.errors.say("the chain of \(report.events.count) events shown, and all before them, is whole")
    }
    if let damage = report.damage { world.errors.say("error: \(damage)") }
    return report.isWhole == false ? ExitStatus(.badInput) : .ok
  }
}

/// Events of the ledger.
struct AuditText: Report {
  static let kind = "audit"
  let report: AuditReport
  var ids: [String] { [] }
  func encode(to encoder: any Encoder) throws { try report.encode(to: encoder) }
  func text(_ page: Page) -> String { report.events.isEmpty ? "" : AuditTable.text(report.events, page, withIntent: true) }
}
