public import FoundationEssentials
public import TrainingModel

extension LedgerRow {
  /// The row of something that lives and that this ledger did not make, from what its provider and its tags say.
  ///
  /// - Parameters:
  ///   - resource: as its provider just listed it.
  ///   - place: where it is, when the provider did not say.
  ///   - fresh: the id to use when its tags name no intent, or one that is somebody else's.
  ///   - isForeign: whether another home, or an unknown hand, made it.
  public static func adopting(
    _ resource: Resource, place: RentalPlace, intent fresh: IntentID, owner: String, installation: String, isForeign: Bool, now: Date
  ) -> LedgerRow {
    var row = LedgerRow(
      intent: fresh, token: fresh.rawValue, kind: resource.kind, place: place, owner: owner, installation: installation,
      meters: resource.meters.isEmpty ? [meter(of: resource, at: place)] : resource.meters, createdAt: now)
    if resource.kind != "machine" { row.parent = resource.intent }
    row.resource = resource.id
    row.runUID = resource.runUID ?? resource.tags[OwnershipTags.run]
    row.project = resource.tags[OwnershipTags.project]
    row.expiresAt = resource.tags[OwnershipTags.expires].flatMap { try? Date($0, strategy: .iso8601) }
    row.launchedAt = resource.launchedAt
    row.isAdopted = isForeign
    row.state =
      switch resource.state {
      case .running: .ready
      case .stopped: .stopped
      case .starting, .stopping, .gone: .observed
      }
    return row
  }

  /// What a machine's tags say that it costs. Those of its disks are the same, and say nothing about the disks.
  private static func meter(of resource: Resource, at place: RentalPlace) -> Meter {
    guard resource.kind == "machine" else { return Meter(.storage, place.machine, hourly: nil) }
    let rate = FrozenRate(tag: resource.tags[OwnershipTags.rate] ?? "")
    return Meter(
      .compute, place.machine, hourly: rate?.hourly, isCeiling: place.market == .spot,
      source: rate?.source ?? "tag \(OwnershipTags.rate)", asOf: rate?.asOf, span: .running)
  }

  /// Takes over what a child's parent says of the run. Its deadline is the parent's, unless its own tags name one.
  public mutating func inherit(from parent: LedgerRow) {
    (self.parent, runUID, runID, runName) = (parent.intent, runUID ?? parent.runUID, parent.runID, parent.runName)
    (project, tags, expiresAt) = (project ?? parent.project, parent.tags, expiresAt ?? parent.expiresAt)
  }
}

/// What a `runpilot:rate` tag says: `0.526 USD/h; <source>; <date>`.
struct FrozenRate: Equatable {
  var hourly: Money
  var source: String?
  var asOf: String?

  init?(tag: String) {
    let parts = tag.split(separator: ";").map { part in part.drop { $0 == " " } }
    let words = (parts.first ?? "").split(separator: " ")
    guard words.count == 2, words[1].hasSuffix("/h"), let amount = Decimal(string: String(words[0])) else { return nil }
    hourly = Money(amount, String(words[1].dropLast(2)))
    source = parts.count > 1 ? String(parts[1]) : nil
    asOf = parts.count > 2 ? String(parts[2]) : nil
  }
}
