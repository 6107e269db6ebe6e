import CostReporting
import FoundationEssentials
import Testing
import TrainingModel

@Suite("Budgets")
struct BudgetTests {
  private static func launch(hourly: Money? = Money(1), seconds: Int64? = 3_600, project: String? = "p") -> LaunchEstimate {
    LaunchEstimate(runUID: "u", project: project, provider: ProviderID("cloud"), hourly: hourly, maxSeconds: seconds)
  }

  @Test("Whatever is admitted, and however long it then runs, no budget is overspent", arguments: 1...40)
  func neverOverspent(seed: Int) throws {
    var chance = SampleCosts.Chance(state: UInt64(seed))
    let scopes: [Budget.Scope] = [.month, .project("p0"), .project("p1"), .provider(ProviderID("c0")), .run(uid: "u3")]
    var book = BudgetBook(
      scopes.enumerated().map { index, scope in
        BudgetAccount(
          Budget(name: "b\(index)", scope: scope, limit: Money(Decimal(Int.random(in: 1...40, using: &chance)))), spent: CostSum())
      })
    var admitted: [LaunchEstimate] = []
    for _ in 0..<60 {
      let rate = Decimal(sign: .plus, exponent: -7, significand: Decimal(Int.random(in: 1...50_000_000, using: &chance)))
      let launch = LaunchEstimate(
        runUID: "u\(Int.random(in: 0...5, using: &chance))", project: ["p0", "p1", nil].randomElement(using: &chance) ?? nil,
        provider: ProviderID("c\(Int.random(in: 0...1, using: &chance))"), hourly: Money(rate),
        maxSeconds: Int64.random(in: 0...20_000, using: &chance))
      if (try? book.admit(launch)) != nil { admitted.append(launch) }
    }
    #expect(!admitted.isEmpty)
    for account in book.accounts {
      // All run to the last second.
      var spent = CostSum()
      for launch in admitted where Self.counts(launch, account.budget.scope) {
        spent.add(rate: launch.hourly, milliseconds: (launch.maxSeconds ?? 0) * 1_000, quality: .observed)
      }
      #expect(spent.amount(in: "USD").amount <= account.budget.limit.amount)
      #expect(account.left >= 0)
      #expect(spent.amount(in: "USD").amount <= account.reserved)
    }
  }

  private static func counts(_ launch: LaunchEstimate, _ scope: Budget.Scope) -> Bool {
    switch scope {
    case .month: true
    case .project(let name): launch.project == name
    case .provider(let id): launch.provider == id
    case .run(let uid): launch.runUID == uid
    }
  }

  @Test("What fits to the cent is let in, a second more is not, and a refusal reserves nothing anywhere")
  func edge() throws {
    let month = Budget(name: "all", scope: .month, limit: Money(10))
    let project = Budget(name: "mine", scope: .project("p"), limit: Money(1))
    var book = BudgetBook([.init(month), .init(project)])
    let refusal = #expect(throws: BudgetRefusal.self) { try book.admit(Self.launch(seconds: 3_601)) }
    #expect(refusal?.budget == project)
    #expect(refusal?.message == "this may cost 1.00 USD until its maximum duration, and budget 'mine' (1.00 USD) has 1.00 USD left")
    #expect(book.accounts.allSatisfy { $0.reserved == 0 })
    try book.admit(Self.launch())
    #expect(book.accounts.map(\.reserved) == [1, 1])
    #expect(throws: BudgetRefusal.self) { try book.admit(Self.launch(seconds: 1)) }
    try book.admit(Self.launch(seconds: 9 * 3_600, project: nil))
    #expect(book.accounts.map(\.left) == [0, 0])
  }

  @Test("Where nobody can say what it may cost, a budget says no; without a budget nobody asks")
  func unsayable() throws {
    let budget = Budget(name: "all", scope: .month, limit: Money(10))
    for (launch, reason) in [
      (Self.launch(hourly: nil), BudgetRefusal.Reason.unknownPrice), (Self.launch(seconds: nil), .endless),
      (Self.launch(hourly: Money(1, "EUR")), .otherCurrency("EUR")),
    ] {
      var book = BudgetBook([.init(budget)])
      #expect(#expect(throws: BudgetRefusal.self) { try book.admit(launch) }?.reason == reason)
      var none = BudgetBook([])
      try none.admit(launch)
    }
  }

  @Test("It warns at 80 % and stops at 100 %, or where it was told to warn")
  func alarms() {
    func alarm(_ spent: String, at percent: Int = 80) -> BudgetAlarm {
      var sum = CostSum()
      sum.add(Money(Decimal(string: spent) ?? 0), quality: .observed)
      return BudgetAccount(Budget(name: "b", scope: .month, limit: Money(10), warnAtPercent: percent), spent: sum).alarm
    }
    #expect(["0", "7.999999999", "8", "9.999999999", "10", "11"].map { alarm($0) } == [.quiet, .quiet, .warn, .warn, .stop, .stop])
    #expect(alarm("5", at: 50) == .warn)
    #expect(BudgetAccount(Budget(name: "b", scope: .month, limit: Money(0))).alarm == .stop)
  }

  @Test("What is reserved is never less than what can be spent")
  func reservation() {
    for (rate, seconds) in [("1", 1), ("0.0000001", 1), ("0.526", 86_399), ("98.32", 7), ("0.333333333333", 3_599)] as [(String, Int64)] {
      let hourly = Decimal(string: rate) ?? 0
      let reserved = BudgetBook.reservation(hourly: hourly, seconds: seconds)
      #expect(reserved * 3_600 >= hourly * Decimal(seconds))
      #expect(reserved - hourly * Decimal(seconds) / 3_600 < Decimal(sign: .plus, exponent: -8, significand: 1))
    }
    #expect(BudgetBook.reservation(hourly: 1, seconds: 0) == 0)
  }

  @Test("What runs now is an hour's price, and unknown prices are counted")
  func burning() {
    let meters = [Meter(.compute, "m", hourly: Money(2)), Meter(.disk, "d", hourly: nil)]
    let row = SampleCosts.row(1, meters: meters)
    let intervals = meters.enumerated().map {
      CostInterval(
        intent: row.intent, meterIndex: $0, meter: $1, start: SampleCosts.epoch, end: nil, quality: .observed)
    }
    var ended = intervals
    ended[0].end = SampleCosts.now
    let burning = Burning([(row, intervals), (row, ended), (row, [])])
    #expect(burning.hourly.amounts == [Money(2)])
    #expect((burning.resources, burning.unpricedMeters) == (2, 2))
    #expect(burning.amounts(hours: Burning.hours.month) == [Money(1_460)])
    let thresholds = CostThresholds()
    #expect(thresholds.warnings(burning, total: CostSum()).isEmpty)
    let dear = Burning([
      (
        row,
        [
          CostInterval(
            intent: row.intent, meterIndex: 0, meter: Meter(.compute, "x", hourly: Money(26)), start: SampleCosts.epoch, end: nil,
            quality: .observed)
        ]
      )
    ])
    var spent = CostSum()
    spent.add(Money(501), quality: .observed)
    #expect(
      thresholds.warnings(dear, total: spent) == [
        "what runs now costs 26.00 USD an hour, more than half of 50.00 USD", "a day like this costs 624.00 USD, more than 100.00 USD",
        "501.00 USD were spent, more than 500.00 USD",
      ])
  }
}
