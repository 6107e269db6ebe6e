import CostReporting
import FoundationEssentials
import Testing
import TrainingModel

@Suite("Costs, cut into days and added up")
struct SplittingTests {
  @Test("Every grouping adds up to the same sum, to the last digit", arguments: 1...20)
  func groupings(seed: Int) {
    var charges = SampleCosts.charges(seed: UInt64(seed), rows: 12)
    var total = CostSum()
    for charge in charges { total += charge.sum }
    charges.reverse()
    for grouping in CostGrouping.allCases {
      var tally = CostTally(by: grouping)
      for charge in charges { tally.add(charge) }
      #expect(tally.total == total)
      guard grouping != .tag else { continue }
      var sum = CostSum()
      for line in tally.lines { sum += line.sum }
      #expect(sum == total)
    }
  }

  @Test("What has several tags counts for each of them, and once in the total", arguments: 1...5)
  func tags(seed: Int) {
    let charges = SampleCosts.charges(seed: UInt64(seed), rows: 12)
    var tally = CostTally(by: .tag)
    for charge in charges { tally.add(charge) }
    for line in tally.lines {
      var sum = CostSum()
      for charge in charges where line.key.isEmpty ? charge.subject.tags.isEmpty : charge.subject.tags.contains(line.key) {
        sum += charge.sum
      }
      #expect(sum == line.sum)
    }
  }

  @Test("Days cut an interval without loss, and each lies within its day", arguments: 1...20)
  func exact(seed: Int) {
    for (row, intervals) in SampleCosts.some(seed: UInt64(seed), rows: 6) {
      for interval in intervals {
        let pieces = CostSplitting.charges(of: row, [interval], now: SampleCosts.now)
        let length = ((interval.end ?? SampleCosts.now).timeIntervalSince(interval.start) * 1_000).rounded()
        #expect(pieces.reduce(0) { $0 + $1.milliseconds } == max(60_000, Int64(length)))
        #expect(pieces.allSatisfy { $0.start >= $0.day.start && $0.end <= $0.day.end && $0.start < $0.end })
        var whole = CostSum()
        whole.add(rate: interval.meter.hourly, milliseconds: max(60_000, Int64(length)), quality: interval.quality)
        var sum = CostSum()
        for piece in pieces { sum += piece.sum }
        #expect(sum == whole)
      }
    }
  }

  private static func interval(_ seconds: Double, from: Double = 0, rate: Decimal? = 3.6, minimum: Int64 = 60) -> CostInterval {
    let start = SampleCosts.epoch.addingTimeInterval(from)
    return CostInterval(
      intent: IntentID("i"), meterIndex: 0, meter: Meter(.compute, "m", hourly: rate.map { Money($0) }, minimumSeconds: minimum),
      start: start,
      end: seconds < 0 ? nil : start.addingTimeInterval(seconds), quality: .observed)
  }

  @Test("The vendor's minimum counts once a start, whatever the pieces")
  func minimum() {
    let row = SampleCosts.row(1)
    func sum(_ intervals: [CostInterval], now: Double = 1_000) -> Decimal {
      var sum = CostSum()
      for charge in CostSplitting.charges(of: row, intervals, now: SampleCosts.epoch.addingTimeInterval(now)) { sum += charge.sum }
      return sum.amount(in: "USD").amount
    }
    // 3.6 an hour is a thousandth a second.
    #expect(sum([Self.interval(1)]) == Decimal(string: "0.06"))
    #expect(sum([Self.interval(20), Self.interval(30, from: 20)]) == Decimal(string: "0.06"))
    #expect(sum([Self.interval(20), Self.interval(50, from: 20)]) == Decimal(string: "0.07"))
    #expect(sum([Self.interval(20), Self.interval(20, from: 100)]) == Decimal(string: "0.12"))
    #expect(sum([Self.interval(-1)], now: 10) == Decimal(string: "0.06"))
    #expect(sum([Self.interval(-1)], now: 100) == Decimal(string: "0.1"))
    #expect(sum([Self.interval(1, minimum: 0)]) == Decimal(string: "0.001"))
  }

  @Test("Midnight, UTC, is the next day's")
  func midnight() {
    let charges = CostSplitting.charges(of: SampleCosts.row(1), [Self.interval(86_401, from: -1)], now: SampleCosts.now)
    #expect(charges.map(\.day.description) == ["2026-07-19", "2026-07-20"])
    #expect(charges.map(\.milliseconds) == [1_000, 86_400_000])
    let only = CostSplitting.charges(
      of: SampleCosts.row(1), [Self.interval(86_401, from: -1)], now: SampleCosts.now, days: charges[1].day..<UTCDay(number: 99_999))
    #expect(only.map(\.milliseconds) == [86_400_000])
  }

  @Test("What has no price is never nothing")
  func unknown() {
    let row = SampleCosts.row(1)
    var sum = CostSum()
    for charge in CostSplitting.charges(of: row, [Self.interval(7_200, rate: nil)], now: SampleCosts.now) { sum += charge.sum }
    #expect(MoneyText.sum(sum) == "2.00 h of unknown price")
    for charge in CostSplitting.charges(of: row, [Self.interval(3_600)], now: SampleCosts.now) { sum += charge.sum }
    #expect(MoneyText.sum(sum) == "at least 3.60 USD, plus 2.00 h of unknown price")
    #expect(sum.hasUnknown)
  }

  @Test("A sum is as sure as its least sure part")
  func quality() {
    var sum = CostSum()
    #expect(sum.quality == nil)
    sum.add(Money(1), quality: .billed)
    #expect(sum.quality == .billed)
    sum.add(rate: Money(1), milliseconds: 1, quality: .estimated)
    sum.add(rate: Money(1), milliseconds: 1, quality: .observed)
    #expect(sum.quality == .estimated)
  }

  @Test("A third of a cent three thousand times is ten dollars")
  func neverRoundedBeforeTheSum() {
    var sum = CostSum()
    for _ in 0..<3_000 { sum.add(rate: Money(Decimal(string: "0.01") ?? 0), milliseconds: 1_200_000, quality: .observed) }
    #expect(sum.amounts == [Money(10)])
  }

  @Test(
    "Money is written with 2 decimals, or 4 below a cent, rounded half away from zero",
    arguments: [
      ("0", "0.00 USD"), ("0.005", "0.0050 USD"), ("0.00004", "0.0000 USD"), ("0.00005", "0.0001 USD"), ("12.345", "12.35 USD"),
      ("-12.345", "-12.35 USD"), ("0.995", "1.00 USD"), ("999.999", "1000.00 USD"), ("123456789012345678", "123456789012345678.00 USD"),
      ("-0.00001", "0.0000 USD"),
    ])
  func money(amount: String, text: String) throws {
    #expect(MoneyText.short(Money(try #require(Decimal(string: amount)))) == text)
  }

  @Test("In files money is exact, or has 18 decimals")
  func full() throws {
    #expect(MoneyText.full(Decimal(1)) == "1")
    #expect(MoneyText.full(try #require(Decimal(string: "0.526"))) == "0.526")
    #expect(MoneyText.full(Decimal(1) / 3) == "0.333333333333333333")
    #expect(MoneyText.full(Decimal(100)) == "100")
  }

  @Test("Months begin and end by the calendar")
  func months() throws {
    let leap = UTCDay(Date(timeIntervalSince1970: 1_709_164_800))
    #expect(leap.description == "2024-02-29")
    #expect(leap.startOfMonth.description == "2024-02-01")
    #expect(leap.startOfNextMonth.description == "2024-03-01")
    #expect(UTCDay(Date(timeIntervalSince1970: -1)).description == "1969-12-31")
  }
}
