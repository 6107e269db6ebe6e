import Basics
public import TrainingModel

/// What a provider tells the agent about a container, apart from the job itself: the `options` of an `ExecutorChoice` of kind `container`.
public struct ContainerOptions: Sendable, Codable, Equatable {
  /// The kind of `ExecutorChoice` these options belong to.
  public static let executorKind = "container"

  /// The engine, resolved once: the agent talks to the very same one.
  public var engine: EngineEndpoint
  /// The API version to speak, such as `1.41`.
  public var apiVersion: String
  /// The engine's name and version, such as `Docker/20.10.24`.
  public var engineVersion: String?
  /// The image.
  public var image: String
  /// What else of this machine the job sees.
  public var mounts: [Mount] = []
  /// As in the run file: the image's own user when nil, the caller's with `host`, else a user id or name.
  public var user: String?
  /// The engine's own default when nil.
  public var network: String?
  /// Whether the job's wish for GPUs is handed to the engine.
  public var passesGPUs = false
  /// The provider's name; nil for none.
  public var provider: String?
  /// Which home made it.
  public var installation: String
  /// Whose it is.
  public var owner: String
  /// The file of registry logins; nil for none.
  public var loginFile: String?

  /// Options with what every container needs.
  public init(engine: EngineEndpoint, apiVersion: String, image: String, installation: String, owner: String) {
    self.engine = engine
    self.apiVersion = apiVersion
    self.image = image
    self.installation = installation
    self.owner = owner
  }

  /// The choice of executor that carries these options.
  public func choice() -> ExecutorChoice {
    // Strings and flags alone: there is nothing in here that JSON cannot hold.
    let options = (try? JSON.decode(JSONValue.self, from: JSON.encode(self, compact: true))) ?? .null
    return ExecutorChoice(kind: Self.executorKind, options: options)
  }

  /// The options that a choice carries.
  /// - Throws: `DecodingError` when they are none of ours.
  public init(_ choice: ExecutorChoice) throws {
    self = try JSON.decode(ContainerOptions.self, from: JSON.encode(choice.options, compact: true))
  }
}
