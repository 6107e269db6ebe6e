/// `runpilot-provider/1`: what RunPilot and a provider in another process say to each other (docs/plugin-protocol.md).
///
/// JSON-RPC 2.0, one object a line, over the process's stdin and stdout.
public enum PluginProtocol {
  /// The one version this program speaks.
  public static let version = 1
  /// The longest line, in bytes without its line feed.
  public static let longestLine = 1 << 20
  /// How long a plugin may take to answer `initialize`.
  public static let handshakeDeadline = Duration.seconds(10)
  /// Batches of items that a plugin may send beyond what was taken.
  public static let initialCredit = 16
  /// What a method that is not known is answered with (JSON-RPC 2.0, section 5.1).
  public static let unknownMethod = -32_601
  /// What parameters that cannot be read are answered with (JSON-RPC 2.0, section 5.1).
  public static let badParameters = -32_602
  /// What everything a provider refuses is answered with; the reason stands in `data`.
  public static let refusal = -32_000
}

/// What one side may ask of the other.
public enum PluginMethod: String, Sendable, CaseIterable {
  // What the host asks.
  case initialize, configure, account, offers, candidates, compose, create, launch, list, get, delete, stop, start, setTags, setOwnEnd,
    prices, refreshPrices, bills, output, ended
  case check
  case setupSteps = "setup.steps"
  case setupCarryOut = "setup.carryOut"
  case setupSettings = "setup.settings"
  case recoverLog, shutdown
  // What a plugin asks.
  case agentStart = "agent.start"

  /// Whether it changes something in the world, so that a lost answer leaves a doubt.
  public var isMutation: Bool {
    switch self {
    case .create, .launch, .delete, .stop, .start, .setTags, .setOwnEnd, .setupCarryOut: true
    default: false
    }
  }

  /// How long the host waits for the answer.
  public var deadline: Duration {
    switch self {
    case .initialize: PluginProtocol.handshakeDeadline
    case .shutdown: .seconds(5)
    case .create, .launch, .setupCarryOut: .seconds(300)
    default: .seconds(120)
    }
  }
}

/// What is told without an answer being expected.
public enum PluginNotice: String, Sendable {
  /// The host has understood `initialize`'s answer.
  case initialized
  /// The host does not want an answer any more.
  case cancel
  /// The host can take further batches of items.
  case credit
  /// A plugin says something about a request before it answers it.
  case event
}

/// What a plugin can do beyond what every plugin must: words of `initialize`'s answer.
public enum PluginCapability: String, Sendable, CaseIterable {
  /// Makes the request that the ledger keeps by itself; without it the host writes down place and order.
  case compose
  /// Answers `offers`; without it the host takes what `candidates` says.
  case offers
  /// Has machines that may be taken away, at a lower price.
  case spot
  /// Stops machines and starts them again.
  case stop
  /// Changes tags of what is there.
  case tags
  /// Changes what a machine's own shutdown does.
  case ownEnd
  /// Knows past prices.
  case prices
  /// Asks the vendor again for prices that are known already.
  case refreshPrices
  /// Knows what the vendor has charged.
  case bills
  /// Keeps what a machine prints.
  case output
  /// Remembers how something ended that is no longer there.
  case ended
  /// Says whether it is usable.
  case check
  /// Makes in the vendor's account what it needs.
  case setup
  /// Knows what a run wrote after its agent died.
  case recoverLog
  /// Reviews the grounds of a deletion once more.
  case grounds
}
