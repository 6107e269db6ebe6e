/// One thing that a provider needs in its vendor's account, and would make there.
public struct SetupStep: Sendable, Codable, Equatable {
  /// How the provider knows it again: `bucket`, `role`.
  public var id: String
  /// What it is, with its name: "bucket my-bucket in eu-west-2".
  public var title: String
  /// Exactly what would be sent where it matters, such as a policy; nil when the title says it all.
  public var document: String?
  /// Whether it is there already.
  public var isDone: Bool
  /// What a person should know: that it is there, but not as we would have made it.
  public var note: String?

  /// A step.
  public init(_ id: String, _ title: String, document: String? = nil, isDone: Bool, note: String? = nil) {
    self.id = id
    self.title = title
    self.document = document
    self.isDone = isDone
    self.note = note
  }
}
