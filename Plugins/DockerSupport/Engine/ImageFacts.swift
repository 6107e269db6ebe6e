/// What an engine has under an image's name.
public struct ImageFacts: Sendable, Decodable {
  /// The digest of its configuration.
  public var id: String
  /// `name@sha256:…` for each registry it came from; empty for images that were built or loaded here.
  public var repoDigests: [String]?

  /// What says exactly which image it is: the registry's digest of it for `reference`, else the engine's own id.
  public func digest(for reference: ImageReference) -> String {
    let known = (repoDigests ?? []).map(ImageReference.init)
    return (known.first { $0.name == reference.name } ?? known.first)?.version ?? id
  }

  enum CodingKeys: String, CodingKey {
    case id = "Id"
    case repoDigests = "RepoDigests"
  }
}
