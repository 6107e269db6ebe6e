import Retrying
import Synchronization
import Testing

private struct Hiccup: Retryable, Equatable {
  var retryAdvice = RetryAdvice.later()
  var number = 0
}

private final class Counter: Sendable {
  private let state = Mutex(0)
  var value: Int { state.withLock { $0 } }
  func add() { state.withLock { $0 += 1 } }
}

@Suite("Trying again")
struct RetryTests {
  private let clock = VirtualClock()
  private let budgets = RetryBudgets()

  private func retry(_ policy: RetryPolicy = RetryPolicy(), chance: Double = 0.5) -> Retry {
    Retry(policy, budgets: budgets, clock: clock, chance: { chance })
  }

  @Test("a success after failures is a success, and its waits are those of the policy")
  func succeeds() async throws {
    let result = try await retry().run("host") { (attempt) async throws(Hiccup) -> Int in
      guard attempt.number == 4 else { throw Hiccup(number: attempt.number) }
      return attempt.number
    }
    #expect(result == 4)
    #expect(clock.sleeps == [100, 200, 400].map { .milliseconds($0) })
    #expect(budgets["host"].retriesLeft == 98)
    #expect(budgets["other"].retriesLeft == 100)
  }

  @Test("the last failure is thrown, and every decision is told")
  func fails() async {
    var told: [RetryDecision] = []
    await #expect(throws: Hiccup(number: 5)) {
      try await retry().run("host", decided: { (_: Hiccup, _, decision) in told.append(decision) }) {
        (attempt) async throws(Hiccup) in throw Hiccup(number: attempt.number)
      }
    }
    #expect(told == [100, 200, 400, 800].map { .retry(after: .milliseconds($0)) } + [.giveUp(.attempts(5))])
  }

  @Test("what is not transient is tried once")
  func never() async {
    await #expect(throws: Hiccup(retryAdvice: .never, number: 1)) {
      try await retry().run("host") { (attempt) async throws(Hiccup) in throw Hiccup(retryAdvice: .never, number: attempt.number) }
    }
    #expect(clock.sleeps.isEmpty && budgets["host"].retriesLeft == 100)
  }

  @Test("a server's wish is kept to")
  func asked() async throws {
    try await retry().run("host") { (attempt) async throws(Hiccup) in
      if attempt.number == 1 { throw Hiccup(retryAdvice: .later(after: .seconds(17))) }
    }
    #expect(clock.sleeps == [.seconds(17)])
  }

  @Test("attempts count towards the deadline, and know how much of it is left")
  func deadline() async {
    let policy = RetryPolicy(maxAttempts: 100, base: .seconds(2), cap: .seconds(2), deadline: .seconds(10))
    var left: [Duration?] = []
    await #expect(throws: Hiccup.self) {
      try await retry(policy).run("host") { (attempt) async throws(Hiccup) in
        left.append(attempt.timeLeft)
        clock.pass(.seconds(3))
        throw Hiccup()
      }
    }
    #expect(left == [10, 6, 2].map { .seconds($0) })
    #expect(clock.now.offset == .seconds(11), "the last attempt overran; no wait did")
  }

  @Test("an outage is met with its budget's retries, not with every client's")
  func outage() async {
    let requests = Counter()
    let retry = retry()
    await withTaskGroup { group in
      for _ in 0..<1_000 {
        group.addTask {
          try? await retry.run("host") { (_) async throws(Hiccup) in
            requests.add()
            throw Hiccup()
          }
        }
      }
    }
    #expect(requests.value == 1_100, "without a budget it would be 5,000")
    #expect(budgets["host"].retriesLeft == 0)
  }

  @Test("after an outage, successes fill the budget again")
  func recovery() async throws {
    while budgets["host"].retriesLeft > 0 {
      try? await retry().run("host") { (_) async throws(Hiccup) in throw Hiccup() }
    }
    for _ in 0..<10 { try await retry().run("host") { (_) async throws(Hiccup) in } }
    #expect(budgets["host"].retriesLeft == 2)
  }

  @Test("a cancelled task tries nothing more")
  func cancelled() async {
    let retry = retry()
    let attempts = Counter()
    let task = Task {
      try await retry.run("host") { (_) async throws(Hiccup) in
        attempts.add()
        withUnsafeCurrentTask { $0?.cancel() }
        throw Hiccup()
      }
    }
    await #expect(throws: Hiccup.self) { try await task.value }
    #expect(attempts.value == 1 && clock.sleeps.isEmpty)
  }

  @Test("cancelling during a wait ends it")
  func cancelledWait() async throws {
    let retry = Retry(RetryPolicy(base: .seconds(3_000), cap: .seconds(3_000), deadline: nil), budgets: budgets, chance: { 1 })
    let failed = AsyncStream<Void>.makeStream()
    let task = Task {
      try await retry.run("host", decided: { (_: Hiccup, _, _) in failed.continuation.finish() }) { (_) async throws(Hiccup) in
        throw Hiccup()
      }
    }
    for await _ in failed.stream {}
    task.cancel()
    await #expect(throws: Hiccup.self) { try await task.value }
  }
}
