/// How often a courier does what. Someone who follows a run wants to see it at once; nobody pays for requests that nobody sees.
public struct CourierPace: Sendable, Equatable {
  /// The longest that bytes of the log wait, when somebody follows.
  public var followedLog: Duration = .seconds(1)
  /// The longest that bytes of the log wait otherwise.
  public var unfollowedLog: Duration = .seconds(10)
  /// So many bytes of log do not wait any longer, when somebody follows.
  public var followedBytes: Int64 = 256 << 10
  /// So many bytes of log do not wait any longer otherwise.
  public var unfollowedBytes: Int64 = 4 << 20
  /// The longest piece.
  public var longestPiece: Int64 = 8 << 20
  /// Between two heartbeats.
  public var heartbeat: Duration = .seconds(30)
  /// Between two looks at the home's wishes, when somebody follows.
  public var followedCommands: Duration = .seconds(2)
  /// Between two looks at the home's wishes otherwise.
  public var unfollowedCommands: Duration = .seconds(5)
  /// A follower that has not been heard of for this long is gone.
  public var followerLife: Duration = .seconds(60)
  /// Between two looks for new outputs.
  public var outputs: Duration = .seconds(60)
  /// Between two looks at the folder.
  public var look: Duration = .milliseconds(200)
  /// The longest wait between attempts while the store is out.
  public var longestWait: Duration = .seconds(30)

  /// The usual pace.
  public init() {}
}
