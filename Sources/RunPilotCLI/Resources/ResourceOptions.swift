import Basics
public import CommandLineKit
public import ControlAPI
import FoundationEssentials
import TerminalUI
public import TrainingModel

extension LedgerState: ArgumentChoice {}
extension ResourceQuery.Order: ArgumentChoice {}

/// The filters that every listing of resources takes.
struct ResourceOptions: Sendable {
  var cached = false
  var discover = false
  var all = false
  var providers: [String] = []
  var project: String?
  var states: [LedgerState] = []
  var order = ResourceQuery.Order.newest
  var limit: Count?

  static let fields: [Field<Self>] = [.flag("all", \.all, "Also what is gone", short: "a")] + filters

  static let filters: [Field<Self>] = [
    .flag("cached", \.cached, "Show what was known before, and ask no provider"),
    .flag("discover", \.discover, "Also what other homes made, and what no RunPilot made"),
    .options("provider", \.providers, "Only this provider", short: "p", value: "name", completion: .providers),
    .option("project", \.project, "Only this project", value: "name"),
    .options("state", \.states, "Only what stands so"),
    .option("sort", \.order, "What comes first"),
    .option("limit", \.limit, "At most so many", value: "n"),
  ]

  var query: ResourceQuery {
    var query = ResourceQuery()
    query.cached = cached
    query.discover = discover
    query.all = all
    query.providers = providers
    query.project = project
    query.states = Set(states)
    query.order = order
    query.limit = limit?.number
    return query
  }
}

/// In which form a listing is written.
enum ListingFormat: String, Sendable, CaseIterable, ArgumentChoice {
  case text, json, csv, html
}

extension Completion {
  /// Resources there are, asked of the program itself, without a look at any provider.
  static let resources = Completion.lines(of: ["resources", "list", "-q", "--cached"])
}

extension World {
  /// Says on standard error which providers did not answer in full.
  func say(_ gaps: [ProviderGap]) {
    for gap in gaps {
      errors.say("warning: \(gap.provider) did not answer in full: \(gap.message)")
      for hint in gap.hints { errors.say("  try: \(hint)") }
    }
  }

  /// 3 while something is stuck or was not seen.
  func exitStatus(_ resources: [ResourceView], _ gaps: [ProviderGap]) -> ExitStatus {
    gaps.isEmpty && !resources.contains { $0.stuckSince != nil } ? .ok : ExitStatus(.partial)
  }
}
