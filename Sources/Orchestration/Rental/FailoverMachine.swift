import ProviderKit
import TrainingModel

/// Where to try next, and whether to try the same again. Pure: answers in, actions out.
///
/// A place is left only when it is certain that nothing was made there; as long as that is not known the very same request is sent again.
///
/// ```
/// ready ── begin ──▶ attempting ── launched ──▶ done
///                     │   ▲   ▲
///        effect none ─┘   │   └─ effect unknown: the same request again, up to `longestDoubt` times
///        (no capacity) ───┘
///                     └──▶ closed (nothing helps, or the doubt stays)
/// ```
struct FailoverMachine {
  enum Action: Equatable {
    /// Write a new intent for this place, and send it.
    case attempt(RentalCandidate)
    /// Send the last request again as it stands; `number` counts from one.
    case resend(number: Int)
    /// The machine is there.
    case done
    /// Give up. With `inDoubt` the last request may still have made something, which the ledger goes on looking for.
    case close(ProviderError, inDoubt: Bool)
  }

  private enum State: Equatable {
    case ready
    case attempting(doubts: Int)
    case over
  }

  /// How often a request whose effect is not known is sent again before a person is told.
  static let longestDoubt = 6

  private var state = State.ready
  private var remaining: [RentalCandidate]
  private(set) var tried: [(candidate: RentalCandidate, error: ProviderError)] = []
  private var current: RentalCandidate?
  /// Whether a request at this place may have made something.
  private(set) var isInDoubt = false

  /// - Parameter candidates: in the order in which to try them.
  init(_ candidates: [RentalCandidate]) { remaining = candidates }

  mutating func begin() -> Action { next(ProviderError(.noCapacity, "there is no place to try")) }

  mutating func launched() -> Action {
    state = .over
    return .done
  }

  mutating func failed(_ error: ProviderError) -> Action {
    guard case .attempting(let doubts) = state, let current else { return .close(error, inDoubt: false) }
    switch error.effect {
    case .unknown:
      isInDoubt = true
      return again(error, doubts)
    // Nothing was made, and the same may be asked again: the place is not to blame.
    case .none where error.code == .throttled || error.code == .unreachable: return again(error, doubts)
    // This request made nothing; that an earlier one of the same token made nothing either, only a refusal proves that had looked for the token.
    case .none where isInDoubt && !Self.comparedToken(error.code):
      return error.code == .vendorFault || error.code == .conflict ? again(error, doubts) : close(error)
    case .none:
      isInDoubt = false
      tried.append((current, error))
      return Self.anotherPlaceMayHelp(error.code) ? next(error) : close(error)
    // It was made and is gone again: what follows is another machine with another token.
    case .applied:
      isInDoubt = false
      tried.append((current, error))
      return next(error)
    }
  }

  private mutating func again(_ error: ProviderError, _ doubts: Int) -> Action {
    guard doubts < Self.longestDoubt else { return close(error) }
    state = .attempting(doubts: doubts + 1)
    return .resend(number: doubts + 1)
  }

  private mutating func next(_ error: ProviderError) -> Action {
    guard !remaining.isEmpty else { return close(error) }
    let candidate = remaining.removeFirst()
    current = candidate
    state = .attempting(doubts: 0)
    return .attempt(candidate)
  }

  private mutating func close(_ error: ProviderError) -> Action {
    state = .over
    return .close(error, inDoubt: isInDoubt)
  }

  /// Whether a vendor that refuses so has looked for the request's token first.
  static func comparedToken(_ code: ProviderError.Code) -> Bool { code == .noCapacity || code == .quotaExceeded }

  private static func anotherPlaceMayHelp(_ code: ProviderError.Code) -> Bool {
    code == .noCapacity || code == .quotaExceeded || code == .notFound || code == .vendorFault || code == .conflict
  }
}
