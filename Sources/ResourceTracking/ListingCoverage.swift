import TrainingModel

/// Where a listing has looked. What it does not show is missing only there: with other credentials or in another region it would be no wonder.
public struct ListingCoverage: Sendable {
  /// Whose resources were listed.
  public var account: String
  /// The regions that were looked at; nil for all there are.
  public var regions: Set<String>?
  /// Of those, the ones that did not answer; nil when it is not known which.
  public var unanswered: Set<String>?

  /// How a place stands to a listing.
  enum Standing {
    case seen, unanswered, elsewhere
  }

  /// Where a listing has looked.
  public init(account: String, regions: Set<String>?, unanswered: Set<String>?) {
    self.account = account
    self.regions = regions
    self.unanswered = unanswered
  }

  func of(_ place: RentalPlace) -> Standing {
    guard place.account.isEmpty || place.account == account else { return .elsewhere }
    guard regions?.contains(place.region) ?? true || place.region.isEmpty else { return .elsewhere }
    guard let unanswered, unanswered.isEmpty || !place.region.isEmpty, !unanswered.contains(place.region) else { return .unanswered }
    return .seen
  }
}
