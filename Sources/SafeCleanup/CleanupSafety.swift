public import FoundationEssentials
public import TrainingModel

/// What is known about a resource at the moment of decision. `Orchestration` gathers it live.
public struct CleanupFacts: Sendable, Equatable {
  /// The resource as its provider just described it.
  public var resource: Resource
  /// Whether the listing that showed it was complete.
  public var listingComplete: Bool
  /// When the provider was asked.
  public var gatheredAt: Date
  /// This home's random id.
  public var installation: String
  /// Whether the run it belongs to is known here and still lives.
  public var runIsAlive: Bool

  /// The facts of one resource.
  public init(resource: Resource, listingComplete: Bool, gatheredAt: Date, installation: String, runIsAlive: Bool) {
    self.resource = resource
    self.listingComplete = listingComplete
    self.gatheredAt = gatheredAt
    self.installation = installation
    self.runIsAlive = runIsAlive
  }
}

/// What the person who asks has said.
public struct CleanupPolicy: Sendable, Equatable {
  /// End it although its run is alive: the job is what is to be stopped.
  public var endLiveRun: Bool

  /// A policy; the careful one by default.
  public init(endLiveRun: Bool = false) { self.endLiveRun = endLiveRun }
}

/// Decides what may be destroyed. Pure: the same facts always get the same answer.
public enum CleanupSafety {
  /// Facts older than this decide nothing.
  public static let longestAge: TimeInterval = 30

  private static let protections = ["runpilot:protected", "runpilot:important", "runpilot:persistent"]

  /// A permit for the resource, or the first rule that refuses it.
  ///
  /// The order is: uncertain, not ours, protected, run alive. Only the last can be passed by `policy`.
  public static func review(_ facts: CleanupFacts, policy: CleanupPolicy = CleanupPolicy(), now: Date) throws(CleanupRefusal)
    -> CleanupPermit
  {
    let resource = facts.resource
    let age = now.timeIntervalSince(facts.gatheredAt)
    guard facts.listingComplete else {
      throw CleanupRefusal(rule: .uncertain, explanation: "the provider did not list everything, so nothing is destroyed")
    }
    guard age >= 0, age <= longestAge else {
      throw CleanupRefusal(rule: .uncertain, explanation: "what is known about \(resource.id) is \(Int(age)) s old; ask again")
    }
    guard let installation = resource.installation, installation == facts.installation, !installation.isEmpty else {
      throw CleanupRefusal(rule: .notOurs, explanation: "\(resource.kind) \(resource.id) was not made by this home")
    }
    if let tag = protections.first(where: { resource.tags[$0] == "true" }) {
      throw CleanupRefusal(rule: .protected, explanation: "\(resource.kind) \(resource.id) carries \(tag)=true")
    }
    if facts.runIsAlive && !policy.endLiveRun {
      throw CleanupRefusal(rule: .runAlive, explanation: "its run is alive: stop the run first")
    }
    return CleanupPermit(resource.id)
  }
}
