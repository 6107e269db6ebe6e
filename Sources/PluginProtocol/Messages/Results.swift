import Basics
public import FoundationEssentials
public import ProviderKit
public import SafeCleanup
public import TrainingModel

/// The answer to what is asked for many of: the items that were not sent in events before it.
public struct ItemsResult<Item: Codable & Sendable>: Sendable, Codable {
  /// The last items, or all of them.
  public var items: [Item]

  /// Items.
  public init(_ items: [Item]) { self.items = items }

  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    items = try decoder.container(keyedBy: FieldKey.self).value("items", else: [])
  }
}

/// `list`'s answer.
public struct ListResult: Sendable, Codable {
  /// The last items of the page, or all of them.
  public var items: [WireResource]
  /// Where the next page begins; nil at the end.
  public var next: String?
  /// Whether the plugin could see everything it was asked for.
  public var complete: Bool
  /// Why not, in words.
  public var gaps: [String]
  /// The regions among them.
  public var unanswered: [String]

  /// A page, without its items.
  public init(_ page: ResourcePage) {
    (items, next, complete, gaps, unanswered) = ([], page.next?.value, page.isComplete, page.gaps, page.unanswered.sorted())
  }

  /// The page with all of its items.
  public func page(_ items: [WireResource], of provider: ProviderID) -> ResourcePage {
    var page = ResourcePage(items.map { $0.resource(of: provider) }, next: next.map { PageToken($0) }, isComplete: complete)
    page.gaps = gaps
    page.unanswered = Set(unanswered)
    return page
  }

  /// - Throws: `DecodingError`. Whether it is complete has to be said.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    items = try values.value("items", else: [])
    next = try values.decodeIfPresent(String.self, forKey: "next")
    complete = try values.decode(Bool.self, forKey: "complete")
    gaps = try values.value("gaps", else: [])
    unanswered = try values.value("unanswered", else: [])
  }
}

/// `delete`: what was decided, and for those who review it again, on which grounds.
public struct DeleteParameters: Sendable, Codable {
  /// The provider's name for it.
  public var id: String
  /// What the permit was given for.
  public var grounds: Grounds?

  /// The facts and the policy of a permit.
  public struct Grounds: Sendable, Codable {
    /// What was known.
    public var facts: CleanupFacts
    /// What was allowed.
    public var policy: CleanupPolicy
  }

  /// What a permit allows.
  public init(_ permit: borrowing CleanupPermit, withGrounds: Bool) {
    id = permit.resource.rawValue
    guard withGrounds else { return }
    var facts = permit.facts
    // Times travel in whole milliseconds, and facts of the future decide nothing.
    facts.gatheredAt = Date(timeIntervalSince1970: (facts.gatheredAt.timeIntervalSince1970 * 1_000).rounded(.down) / 1_000)
    grounds = Grounds(facts: facts, policy: permit.policy)
  }
}

/// `delete`'s answer.
public struct DeleteResult: Sendable, Codable, Equatable {
  /// `destroyed`, `alreadyGone` or `pending`.
  public var outcome: String
  /// When to ask again, with `pending`.
  public var checkAgainSeconds: Double?

  /// An answer.
  public init(_ destruction: Destruction) {
    switch destruction {
    case .destroyed: outcome = "destroyed"
    case .alreadyGone: outcome = "alreadyGone"
    case .pending(let next): (outcome, checkAgainSeconds) = ("pending", next.inSeconds)
    }
  }

  /// What it says; a word that is not known is none of an end.
  public var destruction: Destruction {
    switch outcome {
    case "destroyed": .destroyed
    case "alreadyGone": .alreadyGone
    default: .pending(checkAgainIn: .seconds(checkAgainSeconds ?? 5))
    }
  }
}

/// `account`'s answer.
public struct AccountResult: Sendable, Codable, Equatable {
  /// The account in the vendor's own words.
  public var id: String
  /// The identity that asks.
  public var identity: String?
  /// When the credentials end.
  public var credentialsExpire: Date?

  /// An answer.
  public init(_ account: RentalAccount) { (id, identity, credentialsExpire) = (account.id, account.identity, account.credentialsExpire) }

  /// The account.
  public var account: RentalAccount { RentalAccount(id: id, identity: identity ?? id, credentialsExpire: credentialsExpire) }
}

/// The answer to what is asked for bytes, which came in events before it.
public struct KnownResult: Sendable, Codable, Equatable {
  /// Whether they can be known.
  public var known: Bool
  /// An answer.
  public init(known: Bool) { self.known = known }
}
