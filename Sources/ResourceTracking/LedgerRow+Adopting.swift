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
    let rate = FrozenRate(tag: resource.tags[OwnershipTags.rate] ?? "")
    let isMachine = resource.kind == "machine"
    let meter = Meter(
      isMachine ? .compute : .storage, place.machine, hourly: rate?.hourly, isCeiling: isMachine && place.market == .spot,
      source: rate?.source ?? "tag \(OwnershipTags.rate)", asOf: rate?.asOf, span: isMachine ? .running : .existing)
    var row = LedgerRow(
      intent: fresh, token: fresh.rawValue, kind: resource.kind, place: place, owner: owner, installation: installation, meters: [meter],
      createdAt: now)
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
