/// A request, whole but for a streamed body.
public struct HTTPRequest: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  /// Such as `GET`.
  public var method: String
  /// Who is asked.
  public var origin: HTTPOrigin
  /// Path and query, percent-encoded: `/v1.41/containers/json?all=1`.
  public var target: String
  /// Everything but `Host`, `Connection` and the body's framing, which the transport writes itself.
  public var headers: HTTPHeaders
  /// What is sent along.
  public var body: HTTPBody
  /// How long to wait for what.
  public var patience: HTTPPatience

  /// A request; without a body unless one is given.
  public init(
    _ method: String, _ origin: HTTPOrigin, _ target: String, headers: HTTPHeaders = [:], body: HTTPBody = .none,
    patience: HTTPPatience = HTTPPatience()
  ) {
    self.method = method
    self.origin = origin
    self.target = target
    self.headers = headers
    self.body = body
    self.patience = patience
  }

  /// Method and address without the query, which may be signed.
  public var description: String { "\(method) \(origin)\(target.prefix { $0 != "?" })" }
  /// As ``description``.
  public var debugDescription: String { description }
}

/// What a request carries.
public enum HTTPBody: Sendable {
  case none
  case bytes([UInt8])
  /// Pieces, asked for one by one on a thread that may wait, until nil. Without a length they are sent chunked.
  case stream(length: Int64?, next: @Sendable () throws(HTTPError) -> [UInt8]?)
  /// `length` bytes of a file from `offset` on. They are read as they are sent, so a request that is repeated sends what the file then holds.
  case file(HTTPFile, offset: Int64, length: Int64)

  /// How long it is; nil for a stream that does not say.
  public var length: Int64? {
    switch self {
    case .none: 0
    case .bytes(let bytes): Int64(bytes.count)
    case .stream(let length, _): length
    case .file(_, _, let length): length
    }
  }
}

/// How long a request waits; nil waits for ever.
public struct HTTPPatience: Sendable, Equatable {
  /// For a connection, its name look-up and its TLS handshake together.
  public var connect: Duration?
  /// From the request's last byte to the answer's first.
  public var firstByte: Duration?
  /// For each further read or write to make progress.
  public var idle: Duration?
  /// For everything together, up to the answer's last byte.
  public var whole: Duration?

  /// Ten seconds to connect, a minute for anything else, and no end for the whole.
  public init(
    connect: Duration? = .seconds(10), firstByte: Duration? = .seconds(60), idle: Duration? = .seconds(60), whole: Duration? = nil
  ) {
    self.connect = connect
    self.firstByte = firstByte
    self.idle = idle
    self.whole = whole
  }

  /// For answers that come when something happens, such as the end of a job.
  public static let untilItHappens = HTTPPatience(firstByte: nil, idle: nil)
}
