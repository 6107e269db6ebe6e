/// How many retries a host may still be sent: a bucket of tokens, so that an outage is not made worse by everybody trying again.
///
/// A retry takes one token. A retry that succeeds gives it back, and each success at the first attempt adds a little. So while nothing
/// succeeds there are at most ``capacity`` retries, and otherwise never more of them than that plus the number of successes.
public struct RetryBudget: Sendable, Equatable {
  /// The most tokens the bucket holds; it begins full.
  public let capacity: Int
  /// Hundredths, so that nothing is lost in rounding.
  private var hundredths: Int

  private static let token = 100
  private static let gainOfSuccess = 20

  /// A full bucket. A hundred retries carry the parts of one large transfer through a short outage.
  public init(capacity: Int = 100) {
    self.capacity = max(0, min(capacity, Int.max / Self.token))
    hundredths = self.capacity * Self.token
  }

  /// Whole retries left.
  public var retriesLeft: Int { hundredths / Self.token }

  /// Takes the token of one retry.
  /// - Returns: false, and takes nothing, when there is none.
  public mutating func spend() -> Bool {
    guard hundredths >= Self.token else { return false }
    hundredths -= Self.token
    return true
  }

  /// Says that an attempt succeeded, with which number (from 1).
  public mutating func succeeded(attempt: Int) {
    let gain = attempt > 1 ? Self.token : Self.gainOfSuccess
    hundredths = min(capacity * Self.token, hundredths + gain)
  }
}
