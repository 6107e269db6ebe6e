public import FoundationEssentials
import TrainingModel

/// Decides what may be destroyed. Pure: the same facts always get the same answer.
public enum CleanupSafety {
  /// Facts older than this decide nothing.
  public static let longestAge: TimeInterval = 30

  /// A permit for the resource, or the first rule that refuses it.
  ///
  /// The order is: uncertain, not ours, place not allowed, protected, the vendor's own protection, too young, run alive, data. How much goes at once is
  /// ``BlastRadius``'s. Nothing passes the first three; nothing passes protection but the resource's own name.
  public static func review(_ facts: CleanupFacts, policy: CleanupPolicy = CleanupPolicy(), now: Date) throws(CleanupRefusal)
    -> CleanupPermit
  {
    try certain(facts, now)
    try ours(facts)
    try place(facts, policy)
    try unprotected(facts, policy, now)
    try idle(facts, policy, now)
    try data(facts, policy)
    return CleanupPermit(facts, policy)
  }

  private static func name(_ facts: CleanupFacts) -> String { "\(facts.resource.kind) \(facts.resource.id)" }

  private static func certain(_ facts: CleanupFacts, _ now: Date) throws(CleanupRefusal) {
    guard facts.listingComplete else {
      throw CleanupRefusal(.uncertain, "the provider did not list everything, so nothing is destroyed", "try again when it answers in full")
    }
    let age = now.timeIntervalSince(facts.gatheredAt)
    guard age >= 0, age <= longestAge else {
      throw CleanupRefusal(
        .uncertain, "what is known about \(facts.resource.id) is \(Int(age)) s old", "ask again: `runpilot resources cleanup`")
    }
  }

  /// Ledger, live tags and account must all say so.
  private static func ours(_ facts: CleanupFacts) throws(CleanupRefusal) {
    let resource = facts.resource
    guard let installation = resource.installation, installation == facts.installation, !installation.isEmpty else {
      throw CleanupRefusal(
        .notOurs, "\(name(facts)) was not made by this home", "if its home is lost: `runpilot resources adopt \(resource.id)`")
    }
    guard let ledger = facts.ledger else { return }
    if let owner = resource.owner, owner != ledger.owner {
      throw CleanupRefusal(.notOurs, "\(name(facts)) belongs to \(owner), and the ledger has \(ledger.owner)", "look at its tags")
    }
    if let account = resource.place?.account, account != ledger.account {
      throw CleanupRefusal(
        .notOurs, "\(name(facts)) is in account \(account), and the ledger has \(ledger.account)", "use that account's credentials")
    }
  }

  private static func place(_ facts: CleanupFacts, _ policy: CleanupPolicy) throws(CleanupRefusal) {
    guard let place = facts.resource.place else { return }
    for (word, allowed) in [(place.account, policy.allowedAccounts), (place.region, policy.allowedRegions)] {
      guard !policy.blocked.contains(word), allowed.isEmpty || allowed.contains(word) else {
        throw CleanupRefusal(
          .placeNotAllowed, "\(name(facts)) is in \(word), where nothing may be destroyed", "change the lists in the settings")
      }
    }
  }

  private static func unprotected(_ facts: CleanupFacts, _ policy: CleanupPolicy, _ now: Date) throws(CleanupRefusal) {
    let resource = facts.resource
    if let reason = protection(facts, now), !policy.overrideProtection.contains(resource.id) {
      throw CleanupRefusal(
        .protected, "\(name(facts)) \(reason)",
        "`runpilot resources unprotect \(resource.id)`, or name it: `--override-protection \(resource.id)`")
    }
    guard !resource.hasVendorProtection else {
      throw CleanupRefusal(
        .vendorProtected, "\(name(facts)) is protected by its vendor's own setting", "take that away in the vendor's console")
    }
    if let machine = resource.attachedTo {
      throw CleanupRefusal(.vendorProtected, "\(name(facts)) hangs on \(machine)", "it can go when that is gone")
    }
  }

  private static func protection(_ facts: CleanupFacts, _ now: Date) -> String? {
    let tags = facts.resource.tags
    if let tag = OwnershipTags.protections.first(where: { tags[$0]?.lowercased() == "true" }) { return "carries \(tag)=true" }
    if let text = tags[OwnershipTags.protectedUntil] {
      // A time that cannot be read protects: nobody writes it by accident.
      guard let until = try? Date(text, strategy: .iso8601) else { return "carries \(OwnershipTags.protectedUntil)=\(text)" }
      if until > now { return "is protected until \(text)" }
    }
    guard let ledger = facts.ledger else { return nil }
    if let until = ledger.protectedUntil { return until > now ? "is protected in the ledger until \(until.formatted(.iso8601))" : nil }
    return ledger.isProtected ? "is protected in the ledger" : nil
  }

  private static func idle(_ facts: CleanupFacts, _ policy: CleanupPolicy, _ now: Date) throws(CleanupRefusal) {
    guard !policy.force else { return }
    if !facts.runHasEnded, let launched = facts.resource.launchedAt, now.timeIntervalSince(launched) < policy.youth {
      throw CleanupRefusal(
        .tooYoung, "\(name(facts)) is \(max(0, Int(now.timeIntervalSince(launched)))) s old, and may only be starting", "wait, or `--force`"
      )
    }
    if facts.runIsAlive {
      throw CleanupRefusal(.runAlive, "the run of \(name(facts)) is alive", "stop the run first: `runpilot stop`, or `--force`")
    }
  }

  private static func data(_ facts: CleanupFacts, _ policy: CleanupPolicy) throws(CleanupRefusal) {
    guard !policy.includeData else { return }
    let disks = facts.resource.attachments.filter { $0.diesToo && !$0.isRoot }.map { "the disk \($0.id)" }
    let lost = facts.dataAtRisk + disks
    guard lost.isEmpty else {
      throw CleanupRefusal(.dataWouldDie, "with \(name(facts)) would go: \(lost.joined(separator: ", "))", "save it, or `--include-data`")
    }
  }
}
