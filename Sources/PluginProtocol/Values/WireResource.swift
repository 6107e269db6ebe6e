import Basics
import FoundationEssentials
public import TrainingModel

/// Something that is there, as the plugin sees it. Whose it is stands in its tags, or beside them where the provider has none.
public struct WireResource: Sendable, Codable, Equatable {
  private var resource: Resource
  private var place: WirePlace?

  /// A resource.
  public init(_ resource: Resource) {
    self.resource = resource
    place = resource.place.map { WirePlace($0) }
  }

  /// The provider's name for it.
  public var id: ResourceID { resource.id }

  /// The resource of a provider; what is not said of its owner is read from its tags.
  public func resource(of provider: ProviderID) -> Resource {
    var found = resource
    found.provider = provider
    found.place = place?.place(at: provider)
    found.runUID = found.runUID ?? found.tags[OwnershipTags.run]
    found.installation = found.installation ?? found.tags[OwnershipTags.installation]
    found.owner = found.owner ?? found.tags[OwnershipTags.owner]
    found.intent = found.intent ?? found.tags[OwnershipTags.intent].map { IntentID($0) }
    return found
  }

  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    let id = try values.decode(String.self, forKey: "id")
    guard !id.isEmpty else { throw DecodingError.dataCorruptedError(forKey: "id", in: values, debugDescription: "it is empty") }
    resource = Resource(
      id: ResourceID(id), provider: "", kind: try values.value("kind", else: "machine"),
      state: try values.decode(ResourceState.self, forKey: "state"))
    place = try values.decodeIfPresent(WirePlace.self, forKey: "place")
    resource.name = try values.decodeIfPresent(String.self, forKey: "name")
    resource.runUID = try values.decodeIfPresent(String.self, forKey: "run")
    resource.installation = try values.decodeIfPresent(String.self, forKey: "installation")
    resource.owner = try values.decodeIfPresent(String.self, forKey: "owner")
    resource.intent = try values.decodeIfPresent(IntentID.self, forKey: "intent")
    resource.launchedAt = try values.decodeIfPresent(Date.self, forKey: "launchedAt")
    resource.endedAt = try values.decodeIfPresent(Date.self, forKey: "endedAt")
    resource.stateReason = try values.decodeIfPresent(String.self, forKey: "stateReason")
    resource.hasVendorProtection = try values.value("hasVendorProtection", else: false)
    resource.attachments = try values.value("attachments", else: [])
    resource.attachedTo = try values.decodeIfPresent(ResourceID.self, forKey: "attachedTo")
    resource.isFromImage = try values.value("isFromImage", else: false)
    resource.meters = try values.value("meters", else: [WireMeter]()).map(\.meter)
    resource.tags = try values.value("tags", else: [:])
  }

  /// As an object; what is not known is left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: FieldKey.self)
    try values.encode(resource.id.rawValue, forKey: "id")
    try values.encode(resource.kind, forKey: "kind")
    try values.encode(resource.state, forKey: "state")
    try values.encodeIfPresent(place, forKey: "place")
    try values.encodeIfPresent(resource.name, forKey: "name")
    try values.encodeIfPresent(resource.runUID, forKey: "run")
    try values.encodeIfPresent(resource.installation, forKey: "installation")
    try values.encodeIfPresent(resource.owner, forKey: "owner")
    try values.encodeIfPresent(resource.intent, forKey: "intent")
    try values.encodeIfPresent(resource.launchedAt, forKey: "launchedAt")
    try values.encodeIfPresent(resource.endedAt, forKey: "endedAt")
    try values.encodeIfPresent(resource.stateReason, forKey: "stateReason")
    if resource.hasVendorProtection { try values.encode(true, forKey: "hasVendorProtection") }
    if !resource.attachments.isEmpty { try values.encode(resource.attachments, forKey: "attachments") }
    try values.encodeIfPresent(resource.attachedTo, forKey: "attachedTo")
    if resource.isFromImage { try values.encode(true, forKey: "isFromImage") }
    if !resource.meters.isEmpty { try values.encode(resource.meters.map { WireMeter($0) }, forKey: "meters") }
    try values.encode(resource.tags, forKey: "tags")
  }
}
