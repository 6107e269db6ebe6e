import FoundationEssentials
import Retrying
import Testing

@Suite("When to try again")
struct RetryPolicyTests {
  private let policy = RetryPolicy(
    maxAttempts: 4, base: .seconds(1), cap: .seconds(3), longestAskedWait: .seconds(30), deadline: .seconds(100))

  @Test(
    "each reason to give up, and each wait",
    arguments: [
      (RetryAdvice.never, 1, 0, 0.5, RetryDecision.giveUp(.notTransient)), (.later(), 1, 0, 0.5, .retry(after: .milliseconds(500))),
      (.later(), 2, 0, 0.5, .retry(after: .seconds(1))), (.later(), 3, 0, 0.5, .retry(after: .milliseconds(1_500))),
      (.later(), 1, 0, 0, .retry(after: .zero)), (.later(), 4, 0, 0.5, .giveUp(.attempts(4))), (.later(), 3, 99, 0.5, .giveUp(.deadline)),
      (.later(), 3, 98, 0.5, .retry(after: .milliseconds(1_500))), (.later(), 1, 200, 0, .giveUp(.deadline)),
      (.later(after: .seconds(7)), 1, 0, 0.5, .retry(after: .seconds(7))),
      (.later(after: .milliseconds(10)), 3, 0, 0.5, .retry(after: .milliseconds(1_500))),
      (.later(after: .seconds(31)), 1, 0, 0.5, .giveUp(.askedToWait(.seconds(31)))),
      (.later(after: .seconds(30)), 1, 70, 0.5, .giveUp(.deadline)), (.later(), 1, 0, 7, .retry(after: .seconds(1))),
    ])
  func table(advice: RetryAdvice, attempt: Int, elapsed: Int, chance: Double, decision: RetryDecision) {
    var budget = RetryBudget()
    #expect(policy.next(advice, attempt: attempt, elapsed: .seconds(elapsed), chance: chance, budget: &budget) == decision)
  }

  @Test("no wait is above its bound, below what was asked, or up to the deadline; a token goes with each retry and with nothing else")
  func properties() {
    var random = SplitMix(state: 1)
    for _ in 0..<20_000 {
      let policy = RetryPolicy(
        maxAttempts: .random(in: 0...8, using: &random), base: .milliseconds(.random(in: 0...5_000, using: &random)),
        cap: .milliseconds(.random(in: 0...20_000, using: &random)), longestAskedWait: .seconds(.random(in: 0...60, using: &random)),
        deadline: Bool.random(using: &random) ? nil : .seconds(.random(in: 0...60, using: &random)))
      let asked: Duration? = Bool.random(using: &random) ? nil : .milliseconds(.random(in: 0...70_000, using: &random))
      let attempt = Int.random(in: 1...200, using: &random)
      let elapsed = Duration.milliseconds(.random(in: 0...60_000, using: &random))
      var budget = RetryBudget(capacity: .random(in: 0...2, using: &random))
      let before = budget.retriesLeft
      let decision = policy.next(
        .later(after: asked), attempt: attempt, elapsed: elapsed, chance: .random(in: 0..<1, using: &random), budget: &budget)
      guard case .retry(let wait) = decision else {
        #expect(budget.retriesLeft == before)
        continue
      }
      #expect(budget.retriesLeft == before - 1)
      #expect(attempt < policy.maxAttempts)
      #expect(wait >= .zero && wait >= asked ?? .zero && wait <= max(policy.cap, asked ?? .zero))
      #expect(asked.map { $0 <= policy.longestAskedWait } ?? true)
      #expect(policy.deadline.map { elapsed + wait < $0 } ?? true)
    }
  }

  @Test("ceilings double up to the cap, for any attempt")
  func ceilings() {
    #expect([1, 2, 3, 4, 1_000, Int.max].map(policy.ceiling) == [1, 2, 3, 3, 3, 3].map { Duration.seconds($0) })
    #expect(RetryPolicy(base: .zero).ceiling(attempt: .max) == .zero)
    #expect(RetryPolicy(base: .nanoseconds(1), cap: .seconds(Int64.max)).ceiling(attempt: 70) > .seconds(100))
  }

  @Test("waits spread over the whole range below the ceiling")
  func spread() {
    var random = SplitMix(state: 2)
    var counts = [0, 0, 0, 0]
    for _ in 0..<4_000 {
      var budget = RetryBudget()
      let decision = policy.next(.later(), attempt: 1, elapsed: .zero, chance: .random(in: 0..<1, using: &random), budget: &budget)
      guard case .retry(let wait) = decision else { continue }
      counts[Int(wait / .milliseconds(250))] += 1
    }
    #expect(counts.reduce(0, +) == 4_000 && counts.allSatisfy { (850...1_150).contains($0) }, "\(counts)")
  }

  @Test("a budget never holds more than it may, and gives out what was put in")
  func budget() {
    var random = SplitMix(state: 3)
    for capacity in [0, 1, 5, 100] {
      var budget = RetryBudget(capacity: capacity)
      #expect(budget.retriesLeft == capacity)
      var (spent, retried, first) = (0, 0, 0)
      for _ in 0..<10_000 {
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
          budget.succeeded(attempt: 1)
          first += 1
        case 1 where spent > retried:
          budget.succeeded(attempt: 2)
          retried += 1
        default: spent += budget.spend() ? 1 : 0
        }
        #expect((0...capacity).contains(budget.retriesLeft))
        #expect(spent * 5 <= (capacity + retried) * 5 + first)
      }
      #expect(capacity == 0 ? spent == 0 : spent > capacity + 400)
    }
  }
}

@Suite("Retry-After")
struct RetryAfterTests {
  private let now = Date(timeIntervalSince1970: 784_111_777)

  @Test(
    "seconds and dates are read, nonsense is not",
    arguments: [
      ("120", Duration.seconds(120)), (" 0 ", .zero), ("Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)),
      ("Sun, 06 Nov 1994 08:49:27 GMT", .zero), ("Fri, 31 Dec 1999 23:59:59 GMT", .seconds(366 * 86_400)),
      ("99999999999", .seconds(366 * 86_400)), ("99999999999999999999", nil), ("-1", nil), ("", nil), ("soon", nil), ("1.5", nil),
      ("Sun, 06 Nov 1994 08:49:47 CET", nil), ("Sun, 06 Xyz 1994 08:49:47 GMT", nil), ("1994-11-06T08:49:47Z", nil),
    ])
  func table(value: String, wait: Duration?) { #expect(RetryAfter.parse(value, now: now) == wait) }

  @Test("no field, no wait")
  func absent() { #expect(RetryAfter.parse(nil, now: now) == nil) }
}
