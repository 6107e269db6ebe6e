public import FoundationEssentials

/// One container of a listing.
public struct ContainerSummary: Sendable, Decodable {
  /// The engine's id of it.
  public var id: String
  /// Its names, each with a slash before it.
  public var names: [String]
  /// Its labels.
  public var labels: [String: String]
  /// As in ``ContainerFacts/State/status``.
  public var state: String
  /// When it was created, in seconds since 1970.
  public var created: Int64

  /// When it was created.
  public var createdAt: Date { Date(timeIntervalSince1970: TimeInterval(created)) }

  enum CodingKeys: String, CodingKey {
    case id = "Id"
    case names = "Names"
    case labels = "Labels"
    case state = "State"
    case created = "Created"
  }
}
