import Basics
public import ControlAPI
public import FoundationEssentials
import ProviderKit
import ResourceTracking
import TrainingModel

extension ResourceKeeper {
  /// Does one thing to each resource that was named; one failure does not stop the rest.
  private func each(
    _ references: [String], _ by: String, _ body: (LedgerRow, any RentingProvider, ResourceTracker) async throws -> String
  ) async throws -> [ResourceChange] {
    let tracker = try rental.tracker(by)
    _ = try await survey(tracker).look(.managed)
    var changes: [ResourceChange] = []
    for reference in references {
      do {
        let row = try row(reference, tracker)
        guard let provider = try world.registry.provider(row.place.provider) as? any RentingProvider else { continue }
        changes.append(ResourceChange(id: row.resource?.rawValue ?? reference, outcome: try await body(row, provider, tracker)))
      } catch {
        changes.append(ResourceChange(id: reference, outcome: "", error: (error as? any Hinted)?.message ?? "\(error)"))
      }
    }
    return changes
  }

  /// Stops or starts machines.
  public func pause(_ references: [String], _ change: PowerChange) async throws -> [ResourceChange] {
    try await each(references, "resources \(change.rawValue)") { row, provider, tracker in
      guard let pausable = provider as? any PausableProvider, let id = row.resource, row.kind == "machine" else {
        throw RunRefused(message: "a \(row.kind) of \(row.place.provider) cannot be stopped and started", hints: [])
      }
      do throws(ProviderError) {
        switch change {
        case .stop: try await pausable.stop(id)
        case .start: try await pausable.start(id)
        }
      } catch {
        try? tracker.attempted(
          row.intent,
          MutationAttempt(
            change.rawValue, resource: id, effect: .init(rawValue: error.effect.rawValue) ?? .unknown, error: error.message,
            requestID: error.requestID))
        throw error
      }
      try tracker.attempted(row.intent, MutationAttempt(change.rawValue, resource: id, effect: .applied))
      if change == .start { return "starts; it costs \(Self.hourly(row).map { "\($0.shortText)/h" } ?? "an unknown price") again" }
      return "stops; what stays costs \(try Self.staying(of: row, tracker))"
    }
  }

  /// What a stopped machine goes on costing, with the disks and snapshots that are rows of their own.
  private static func staying(of row: LedgerRow, _ tracker: ResourceTracker) throws -> String {
    var stopped = row
    stopped.state = .stopped
    let children = try tracker.rows().filter { $0.parent == row.intent }
    let prices = ([stopped] + children).map { hourly($0) }
    let known = prices.compactMap(\.self)
    guard known.count == prices.count, let currency = known.first?.currency, known.allSatisfy({ $0.currency == currency }) else {
      return "an unknown price"
    }
    let sum = Money(known.reduce(0) { $0 + $1.amount }, currency)
    let month = Money(sum.amount * 730, currency)
    let names = children.compactMap { child in child.resource.map { "\(child.kind) \($0)" } }
    return "\(sum.shortText)/h (\(month.shortText) a month)" + (names.isEmpty ? "" : ", with \(names.joined(separator: ", "))")
  }

  /// Protects resources, and keeps machines from ending themselves.
  public func protect(_ references: [String], until: Date?) async throws -> [ResourceChange] {
    try await each(references, "resources protect") { row, provider, tracker in
      guard let id = row.resource else { throw LedgerError.unknown(reference: row.intent.rawValue) }
      var notes: [String] = []
      // The ledger first: from here on nothing of ours destroys it.
      try tracker.protect(row.intent, until: until)
      if let tagging = provider as? any TaggingProvider {
        let tags = until.map { [OwnershipTags.protectedUntil: $0.formatted(.iso8601)] } ?? ["runpilot:protected": "true"]
        try await tagging.setTags(tags, on: id)
      } else {
        notes.append("the provider takes no tags: other homes cannot see it")
      }
      if row.kind == "machine" {
        if let own = provider as? any OwnEndProvider {
          try await own.setOwnEnd(of: id, destroys: false)
        } else {
          notes.append(
            "its own end cannot be changed there: at \(row.expiresAt.map(Timestamp.format) ?? "its time") it is destroyed all the same")
        }
      }
      return (["is protected" + (until.map { " until \(Timestamp.format($0))" } ?? "")] + notes).joined(separator: "; ")
    }
  }

  /// Takes protection back.
  public func unprotect(_ references: [String]) async throws -> [ResourceChange] {
    try await each(references, "resources unprotect") { row, provider, tracker in
      guard let id = row.resource else { throw LedgerError.unknown(reference: row.intent.rawValue) }
      if let tagging = provider as? any TaggingProvider {
        let none: [String: String?] = [OwnershipTags.protectedUntil: nil, "runpilot:protected": nil]
        try await tagging.setTags(none, on: id)
      }
      if row.kind == "machine", let own = provider as? any OwnEndProvider { try await own.setOwnEnd(of: id, destroys: true) }
      try tracker.unprotect(row.intent)
      return "is not protected any more"
    }
  }

  /// Makes resources of another home of the same owner ours.
  public func adopt(_ references: [String]) async throws -> [ResourceChange] {
    let tracker = try rental.tracker("resources adopt")
    let survey = survey(tracker)
    let finding = try await survey.look(.managed)
    let owner = try rental.configuredOwner()
    var changes: [ResourceChange] = []
    for reference in references {
      do {
        guard let (resource, standing) = finding.strangers.first(where: { $0.resource.id.rawValue == reference }) else {
          throw LedgerError.unknown(reference: reference)
        }
        guard standing == .another, owner == nil || resource.owner == owner else {
          throw RunRefused(
            message: "\(reference) is of \(resource.owner ?? "nobody we know"), and not yours",
            hints: ["if it is, say who you are: `runpilot config set owner \(resource.owner ?? "NAME")`"])
        }
        guard let provider = try world.registry.provider(resource.provider) as? any TaggingProvider else {
          throw RunRefused(
            message: "\(reference) cannot be made this home's: '\(resource.provider)' takes no tags that could say so",
            hints: ["end it in the home that made it, or at the vendor's"])
        }
        try await provider.setTags([OwnershipTags.installation: try world.installation()], on: resource.id)
        try survey.adopt(resource, resource.provider, isForeign: true)
        changes.append(ResourceChange(id: reference, outcome: "is this home's now; what it cost before is an estimate"))
      } catch {
        changes.append(ResourceChange(id: reference, outcome: "", error: (error as? any Hinted)?.message ?? "\(error)"))
      }
    }
    return changes
  }
}
