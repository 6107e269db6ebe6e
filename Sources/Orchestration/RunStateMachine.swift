import Basics
import ProviderKit
import TrainingModel

/// The home's part of a run's life, until an agent carries it: which provider to try, when to move on, when to give up.
///
/// Pure: events in, actions out. From `handOver` on the agent is the only writer of the run's record.
///
/// ```
/// recorded ── begin ──▶ launching ── launched ──▶ handedOver
///                         │    ▲
///                    refused ──┘ (a fallback is left, and the effect is known to be none)
///                         └────▶ closed
/// ```
struct RunStateMachine<Leg: Equatable> {
  enum State: Equatable {
    case recorded
    case launching(Leg)
    case handedOver(Leg)
    case closed
  }

  enum Action: Equatable {
    /// Ask this provider; `insteadOf` is the one that was asked for first.
    case launch(Leg, insteadOf: Leg?)
    /// The agent has the run now.
    case handOver
    /// Close the record as never started, and tell the caller why.
    case close(ProviderError)
    /// Nothing to do: the event came too late.
    case none
  }

  private(set) var state = State.recorded
  private let first: Leg
  private var remaining: [Leg]

  /// - Parameter fallback: where to go next, in this order.
  init(provider: Leg, fallback: [Leg]) {
    first = provider
    remaining = fallback.filter { $0 != provider }
  }

  mutating func begin() -> Action {
    guard state == .recorded else { return .none }
    state = .launching(first)
    return .launch(first, insteadOf: nil)
  }

  mutating func launched() -> Action {
    guard case .launching(let provider) = state else { return .none }
    state = .handedOver(provider)
    return .handOver
  }

  /// A provider refused. Moves on only when it is certain that nothing was started there.
  mutating func refused(_ error: ProviderError) -> Action {
    guard case .launching = state else { return .none }
    guard error.effect == .none, Self.anotherMayHelp(error.code), !remaining.isEmpty else {
      state = .closed
      return .close(error)
    }
    let next = remaining.removeFirst()
    state = .launching(next)
    return .launch(next, insteadOf: first)
  }

  /// A request that is wrong is wrong everywhere.
  private static func anotherMayHelp(_ code: ProviderError.Code) -> Bool { code != .invalidRequest }
}
