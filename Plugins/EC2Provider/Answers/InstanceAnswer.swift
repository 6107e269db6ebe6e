import AWSSupport
import Basics
import FoundationEssentials
import TrainingModel
import XML

/// What EC2 says of a machine.
struct InstanceAnswer: Sendable, Equatable {
  var id: String
  var state: ResourceState
  var type: String
  var zone: String?
  var isSpot: Bool
  var launchedAt: Date?
  /// `Code: message` of why it is in its state.
  var reason: String?
  /// `User initiated (2026-11-21 10:00:00 GMT)`: the only place with the time of a transition.
  var transition: String?
  var clientToken: String?
  var volumes: [Resource.Attachment]
  var tags: [String: String]
  /// The account that owns it.
  var owner: String?

  /// All machines of an answer to DescribeInstances.
  static func list(_ root: XMLNode) -> [InstanceAnswer] {
    root.items("reservationSet").flatMap { reservation in
      reservation.items("instancesSet").compactMap { InstanceAnswer($0, owner: reservation.text("ownerId")) }
    }
  }

  /// All machines of an answer to RunInstances, whose root is the reservation itself.
  static func reserved(_ root: XMLNode) -> [InstanceAnswer] {
    root.items("instancesSet").compactMap { InstanceAnswer($0, owner: root.text("ownerId")) }
  }

  private init?(_ node: XMLNode, owner: String?) {
    guard let id = node.text("instanceId") else { return nil }
    self.id = id
    self.owner = owner
    state = Self.state(node["instanceState"])
    type = node.text("instanceType") ?? ""
    zone = node["placement"]?.text("availabilityZone")
    isSpot = node.text("instanceLifecycle") == "spot"
    launchedAt = node.text("launchTime").flatMap(Timestamp.parse)
    let why = node["stateReason"]
    reason = why?.text("message") ?? why?.text("code")
    transition = node.text("reason")
    clientToken = node.text("clientToken")
    let root = node.text("rootDeviceName")
    volumes = node.items("blockDeviceMapping").compactMap { mapping in
      guard let ebs = mapping["ebs"], let volume = ebs.text("volumeId") else { return nil }
      return Resource.Attachment(
        id: ResourceID(volume), diesToo: ebs.text("deleteOnTermination") == "true", isRoot: mapping.text("deviceName") == root)
    }
    tags = Self.tags(node)
  }

  /// Only the low byte of the code counts (API Reference, "InstanceState"); names are for people.
  static func state(_ node: XMLNode?) -> ResourceState {
    let code = (node?.text("code").flatMap(Int.init)).map { $0 & 0xFF }
    return switch code {
    case 0: .starting
    case 16: .running
    case 32: .stopping
    case 48: .gone
    case 64: .stopping
    case 80: .stopped
    default: .starting
    }
  }

  static func tags(_ node: XMLNode) -> [String: String] {
    var tags: [String: String] = [:]
    for tag in node.items("tagSet") {
      if let key = tag.text("key") { tags[key] = tag["value"]?.text ?? "" }
    }
    return tags
  }

  /// When it ended: the time that the transition's text holds; nil while it lives.
  var endedAt: Date? {
    guard state == .gone || state == .stopped, let transition, let open = transition.lastIndex(of: "("),
      let close = transition.lastIndex(of: ")"), open < close
    else { return nil }
    let words = transition[transition.index(after: open)..<close].split(separator: " ")
    guard words.count >= 2 else { return nil }
    return Timestamp.parse("\(words[0])T\(words[1]).000Z")
  }

  /// As the rest of the program sees it.
  func resource(provider: ProviderID, account: String, region: String) -> Resource {
    var resource = Resource(id: ResourceID(id), provider: provider, kind: "machine", state: state, runUID: tags[OwnershipTags.run])
    resource.own(tags)
    resource.launchedAt = launchedAt
    resource.endedAt = endedAt
    resource.stateReason = reason
    resource.attachments = volumes
    resource.place = RentalPlace(
      provider: provider, account: owner ?? account, region: region, zone: zone, machine: type, market: isSpot ? .spot : .onDemand)
    return resource
  }
}

extension Resource {
  /// Takes what tags say of its owner.
  mutating func own(_ tags: [String: String]) {
    self.tags = tags
    name = tags["Name"]
    runUID = tags[OwnershipTags.run]
    installation = tags[OwnershipTags.installation]
    owner = tags[OwnershipTags.owner]
    intent = tags[OwnershipTags.intent].map { IntentID($0) }
  }
}
