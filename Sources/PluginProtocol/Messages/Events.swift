import Basics

/// What every `event` has.
public struct EventHead: Sendable, Codable, Equatable {
  /// What an event says.
  public enum Kind: String, Sendable, Codable {
    /// The id of what is being created, the instant it is known.
    case created
    /// Words for people who wait.
    case progress
    /// Words that somebody should know afterwards.
    case warning
    /// A batch of what was asked for.
    case items
    /// A piece of a log.
    case bytes

    /// Whether it takes a credit.
    public var takesCredit: Bool { self == .items || self == .bytes }
  }
  /// The request it belongs to.
  public var id: Int64
  /// One more than the last one's of the request, from one on.
  public var seq: Int64
  /// What it says; a word that is not known is passed over.
  public var kind: String

  /// A head.
  public init(id: Int64, seq: Int64, kind: Kind) { (self.id, self.seq, self.kind) = (id, seq, kind.rawValue) }
}

/// An event with what it carries.
public struct Event<Body: Codable & Sendable>: Sendable, Codable {
  /// Which it is.
  public var head: EventHead
  /// What it carries.
  public var body: Body

  /// An event.
  public init(_ head: EventHead, _ body: Body) { (self.head, self.body) = (head, body) }

  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    head = try EventHead(from: decoder)
    body = try Body(from: decoder)
  }

  /// As one object.
  public func encode(to encoder: any Encoder) throws {
    try head.encode(to: encoder)
    try body.encode(to: encoder)
  }
}

/// What `created` carries.
public struct CreatedBody: Sendable, Codable, Equatable {
  /// The provider's name for it.
  public var resource: String
  /// A name.
  public init(resource: String) { self.resource = resource }
}

/// What `progress` and `warning` carry.
public struct WordsBody: Sendable, Codable, Equatable {
  /// One line.
  public var message: String
  /// Words.
  public init(message: String) { self.message = message }
}

/// What `bytes` carries.
public struct BytesBody: Sendable, Codable, Equatable {
  /// The bytes, in base 64.
  public var base64: String
  /// Bytes.
  public init(base64: String) { self.base64 = base64 }
}

/// `credit`.
public struct CreditParameters: Sendable, Codable, Equatable {
  /// The request.
  public var id: Int64
  /// How many batches more.
  public var n: Int

  /// Credit.
  public init(id: Int64, n: Int) { (self.id, self.n) = (id, n) }
}

/// `cancel`.
public struct CancelParameters: Sendable, Codable, Equatable {
  /// The request.
  public var id: Int64
  /// A request that nobody waits for.
  public init(id: Int64) { self.id = id }
}
