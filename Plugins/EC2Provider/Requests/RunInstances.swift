import AWSSupport
import Basics
import FoundationEssentials
import ProviderKit
import TrainingModel

/// Everything that one machine is rented with: made into the exact form that the ledger keeps and that is sent.
struct RunInstances: Sendable {
  var place: RentalPlace
  var image: MachineImage
  var settings: EC2Settings
  var diskGigabytes: Int64

  /// The longest user data, before base64 (EC2 User Guide, "Instance user data").
  static let longestUserData = 16_384
  /// EC2 User Guide, "Tag your resources": 50 a resource, keys of 128 and values of 256 characters, no key that begins with `aws:`.
  private static let mostTags = 50

  /// The form.
  /// - Throws: code `invalidRequest`, effect `none`, for what EC2 would refuse.
  func form(_ order: RentalOrder) throws(ProviderError) -> QueryForm {
    let script = Array(order.bootScript.utf8)
    guard script.count <= Self.longestUserData else {
      throw ProviderError(
        .invalidRequest, "what the machine runs at boot is \(script.count) bytes long; EC2 takes \(Self.longestUserData)",
        hints: ["shorten the run's environment and setup: large things belong into its bundle"])
    }
    guard order.token.value.utf8.count <= 64, order.token.value.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw ProviderError(.invalidRequest, "a launch token must be 64 printable ASCII characters at most")
    }
    try Self.check(order.tags)
    var members = members(rehearsal: false)
    members.insert(("ClientToken", .text(order.token.value)), at: 0)
    members.append(("UserData", .bytes(script)))
    members.append(("TagSpecification", .list(tagSpecifications(order))))
    if place.market == .spot { members.append(("InstanceMarketOptions", market(order.maximumHourly))) }
    return EC2Calls.form("RunInstances", .structure(members))
  }

  /// The same request as a rehearsal: no token, no script, no tags, and nothing happens.
  func rehearsal() -> QueryForm { EC2Calls.form("RunInstances", .structure(members(rehearsal: true))) }

  private func members(rehearsal: Bool) -> [(String, QueryValue?)] {
    [
      ("DryRun", rehearsal ? true : nil),
      ("ImageId", .text(image.id)), ("InstanceType", .text(place.machine)), ("MinCount", 1), ("MaxCount", 1),
      ("InstanceInitiatedShutdownBehavior", "terminate"),
      // The second hop lets a container on the machine ask for the machine's credentials.
      (
        "MetadataOptions",
        ["HttpEndpoint": "enabled", "HttpTokens": "required", "HttpPutResponseHopLimit": 2, "InstanceMetadataTags": "enabled"]
      ),
      ("BlockDeviceMapping", [["DeviceName": .text(image.rootDevice), "Ebs": disk]]),
      ("IamInstanceProfile", settings.instanceProfile.map { $0.hasPrefix("arn:") ? ["Arn": .text($0)] : ["Name": .text($0)] }),
      ("KeyName", settings.keyName.map { .text($0) }),
      ("Placement", place.zone.map { ["AvailabilityZone": .text($0)] }),
    ] + network
  }

  private var disk: QueryValue {
    [
      "VolumeSize": .number(diskGigabytes), "VolumeType": "gp3", "Encrypted": true, "KmsKeyId": settings.kmsKey.map { .text($0) },
      "DeleteOnTermination": true,
    ]
  }

  /// Whether a machine gets a public address can only be said on an interface, and then the groups belong there too.
  private var network: [(String, QueryValue?)] {
    let groups = settings.securityGroups.isEmpty ? nil : QueryValue.texts(settings.securityGroups)
    let subnet = settings.subnet.map { QueryValue.text($0) }
    if subnet == nil && settings.publicAddress { return [("SecurityGroupId", groups)] }
    return [
      (
        "NetworkInterface",
        [
          [
            "DeviceIndex": 0, "SubnetId": subnet, "SecurityGroupId": groups, "AssociatePublicIpAddress": .flag(settings.publicAddress),
            "DeleteOnTermination": true,
          ]
        ]
      )
    ]
  }

  private func market(_ ceiling: Money?) -> QueryValue {
    [
      "MarketType": "spot",
      "SpotOptions": [
        "MaxPrice": ceiling.map { .text("\($0.amount)") }, "SpotInstanceType": "one-time", "InstanceInterruptionBehavior": "terminate",
      ],
    ]
  }

  private func tagSpecifications(_ order: RentalOrder) -> [QueryValue] {
    var tags = order.tags
    if tags["Name"] == nil, tags.count < Self.mostTags { tags["Name"] = String(order.name.prefix(256)) }
    let list = QueryValue.list(tags.sorted { $0.key < $1.key }.map { ["Key": .text($0.key), "Value": .text($0.value)] })
    let kinds = ["instance", "volume"] + (place.market == .spot ? ["spot-instances-request"] : [])
    return kinds.map { ["ResourceType": .text($0), "Tag": list] }
  }

  static func check(_ tags: [String: String]) throws(ProviderError) {
    guard tags.count <= mostTags else {
      throw ProviderError(.invalidRequest, "\(tags.count) tags; EC2 takes \(mostTags)", hints: ["give the run fewer tags"])
    }
    for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
      // Tags are readable on the machine itself, and such keys may hold neither blanks nor slashes.
      let fits =
        (1...128).contains(key.unicodeScalars.count) && !key.lowercased().hasPrefix("aws:") && key != "." && key != ".." && key != "_index"
        && key.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") }
      guard fits else { throw ProviderError(.invalidRequest, "'\(key)' cannot be the key of a tag on EC2") }
      guard value.unicodeScalars.count <= 256, !value.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
        throw ProviderError(
          .invalidRequest, "the value of tag '\(key)' is longer than 256 characters, or has a line break", hints: ["shorten it"])
      }
    }
  }
}
