/// The answer to a creation.
public struct CreatedContainer: Sendable, Decodable, Equatable {
  /// The engine's id of it.
  public var id: String
  /// What it did not like.
  public var warnings: [String]?

  enum CodingKeys: String, CodingKey {
    case id = "Id"
    case warnings = "Warnings"
  }
}
