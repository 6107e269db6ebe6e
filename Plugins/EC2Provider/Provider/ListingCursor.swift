import ProviderKit

/// Where a listing stands: in which region, at which kind of thing, on which of its pages.
struct ListingCursor: Sendable, Equatable {
  /// What is listed, in this order.
  enum Kind: String, CaseIterable {
    case machines, volumes, snapshots
  }
  var region: Int
  var kind: Kind
  var page: String?

  static let start = ListingCursor(region: 0, kind: .machines)

  init(region: Int, kind: Kind, page: String? = nil) {
    self.region = region
    self.kind = kind
    self.page = page
  }

  /// Reads a token of ours; nil when it is none.
  init?(_ token: PageToken) {
    let parts = token.value.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let region = Int(parts[0]), let kind = Kind(rawValue: String(parts[1])) else { return nil }
    self.init(region: region, kind: kind, page: parts[2].isEmpty ? nil : String(parts[2]))
  }

  var token: PageToken { PageToken("\(region)/\(kind.rawValue)/\(page ?? "")") }

  /// What comes after a page whose own continuation is `page`; nil at the end.
  func next(after page: String?, regions: Int) -> ListingCursor? {
    if let page { return ListingCursor(region: region, kind: kind, page: page) }
    let kinds = Kind.allCases
    if let index = kinds.firstIndex(of: kind), index + 1 < kinds.count { return ListingCursor(region: region, kind: kinds[index + 1]) }
    return nextRegion(regions)
  }

  /// The beginning of the next region; nil at the end.
  func nextRegion(_ regions: Int) -> ListingCursor? { region + 1 < regions ? ListingCursor(region: region + 1, kind: .machines) : nil }
}
