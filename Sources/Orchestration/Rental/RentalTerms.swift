import Basics
import FoundationEssentials
import ProviderKit
import TrainingModel

/// What is settled about a rental before any money is spent: for how long, by whom, and whether its credentials last. Pure.
enum RentalTerms {
  /// A rented machine's longest time when the run file says nothing.
  static let usualSeconds: Int64 = 24 * 3_600
  /// What a machine may take to start, and to bring its results home, on top.
  static let margin: Int64 = 30 * 60

  /// When a machine must be gone; `off`, written out, is as good as never.
  /// - Parameter queueSeconds: how long it may wait for its turn first.
  static func expiry(of spec: RunSpec, from now: Date, queueSeconds: Int64 = 0) -> Date {
    guard let seconds = lifetime(of: spec, at: nil) else { return now.addingTimeInterval(10 * 365 * 86_400) }
    return now.addingTimeInterval(Double(seconds + queueSeconds))
  }

  /// How long a machine may last from its start, in seconds; nil when no limit was asked for, and its place has none.
  /// - Parameter longest: the place's own limit, at which a machine ends whatever was asked for.
  static func lifetime(of spec: RunSpec, at longest: Int64?) -> Int64? {
    let wanted = Self.longest(of: spec).map { $0 + margin }
    guard let wanted, let longest else { return wanted ?? longest }
    return min(wanted, longest)
  }

  /// The longest running time that a job on a rented machine is given; nil when `off` was written out.
  static func longest(of spec: RunSpec) -> Int64? {
    spec.maxDurationSeconds ?? (spec.rental.allowsNoLimit ? nil : usualSeconds)
  }

  /// Names that many machines have: they would make strangers' resources look like ours.
  private static let commonNames: Set<String> = ["root", "ubuntu", "admin", "debian", "user"]

  /// Who owns what is rented: the setting, else the provider's own identity.
  /// - Throws: ``RunRefused`` for a name that is nobody's.
  static func owner(configured: String?, account: RentalAccount) throws(RunRefused) -> String {
    let owner = configured ?? account.identity
    guard !owner.isEmpty, owner.contains("@") || !(commonNames.contains(owner) || owner.hasSuffix("-user")) else {
      throw RunRefused(
        message: "'\(owner)' is the login name of many machines, and cannot say whose a rented machine is",
        hints: ["say who you are: `runpilot config set owner NAME`"])
    }
    return owner
  }

  /// The longest life of a session for a machine (GetFederationToken, "Maximum 36 hours").
  static let longestSession: TimeInterval = 36 * 3_600

  /// - Parameters:
  ///   - access: how the machine gets into its mailbox.
  ///   - hasRoles: whether machines there can be given a role.
  /// - Throws: ``RunRefused`` when the credentials that pay, or those of the machine, end before it does.
  static func check(
    _ account: RentalAccount, until expiry: Date, now: Date, access: StoreAddress.Credentials, at provider: ProviderID,
    hasRoles: Bool = true
  ) throws(RunRefused) {
    if access == .session, expiry > now.addingTimeInterval(longestSession) {
      throw RunRefused(
        message: "a machine without a role opens its mailbox by a session, which ends after 36 hours, before the machine must",
        hints: (hasRoles ? ["give it a role: `runpilot providers setup \(provider)`"] : []) + ["ask for less time: `--max-duration 35h`"])
    }
    guard let end = account.credentialsExpire else { return }
    guard end > now else {
      throw RunRefused(message: "the credentials ended at \(Timestamp.format(end))", hints: ["renew them, then start the run again"])
    }
    guard access != .session else {
      throw RunRefused(
        message: "these credentials are temporary, and such cannot make a session for a machine that has no role",
        hints: ["give machines a role: `runpilot providers setup \(provider)`", "or use a user's own keys"])
    }
    guard access == .machine || end >= expiry else {
      throw RunRefused(
        message: "the credentials end at \(Timestamp.format(end)), before the machine must, at \(Timestamp.format(expiry))",
        hints: ["ask for less time: `--max-duration`", "or use credentials that last longer"])
    }
  }
}
