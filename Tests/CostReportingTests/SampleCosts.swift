import CostReporting
import FoundationEssentials
import TrainingModel

/// Rows and intervals made by chance, the same for the same seed.
struct SampleCosts {
  /// SplitMix64.
  struct Chance: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var word = state
      word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
      word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
      return word ^ (word >> 31)
    }
  }
  static let epoch = Date(timeIntervalSince1970: 1_784_505_600)  // 2026-07-20
  static let now = epoch.addingTimeInterval(30 * 86_400)

  static func row(_ number: Int, meters: [Meter] = []) -> LedgerRow {
    let names = ["alpha", "beta, \"two\"", "=cmd()", "line\nfeed"]
    var row = LedgerRow(
      intent: IntentID("00000000-0000-7000-8000-\(100_000_000_000 + number)"), token: "t\(number)", kind: "machine",
      place: RentalPlace(provider: ProviderID("p\(number % 3)"), account: "123", region: "r", machine: "m\(number % 5)"),
      owner: "me@here", installation: "home", meters: meters, createdAt: epoch)
    row.state = .ready
    row.resource = ResourceID("i-\(number)")
    row.runUID = number % 7 == 0 ? nil : "uid-\(number % 11)"
    row.runID = number % 7 == 0 ? nil : RunID("rp_\(1_000 + number % 11)")
    row.project = number % 4 == 0 ? nil : names[number % 4]
    row.tags = Array(names.prefix(number % 4))
    return row
  }

  static func some(seed: UInt64, rows: Int) -> [(row: LedgerRow, intervals: [CostInterval])] {
    var chance = Chance(state: seed)
    return (0..<rows).map { number in
      let meters = (0..<Int.random(in: 1...3, using: &chance)).map { index in
        Meter(
          Meter.Kind.allCases[index], "m\(index)",
          hourly: Int.random(in: 0..<6, using: &chance) == 0
            ? nil
            : Money(
              Decimal(sign: .plus, exponent: -7, significand: Decimal(Int.random(in: 1...200_000_000, using: &chance))),
              Int.random(in: 0..<5, using: &chance) == 0 ? "EUR" : "USD"),
          minimumSeconds: 60)
      }
      let intervals = meters.enumerated().flatMap { index, meter in
        var start = epoch.addingTimeInterval(Double(Int.random(in: 0..<(20 * 86_400_000), using: &chance)) / 1_000)
        return (0..<Int.random(in: 1...4, using: &chance)).map { _ in
          let end = start.addingTimeInterval(Double(Int.random(in: 1..<(3 * 86_400_000), using: &chance)) / 1_000)
          defer { start = end.addingTimeInterval(Bool.random(using: &chance) ? 0 : 90) }
          return CostInterval(
            intent: row(number).intent, meterIndex: index, meter: meter, start: start, end: end,
            quality: CostQuality.allCases[Int.random(in: 0..<3, using: &chance)])
        }
      }
      return (row(number, meters: meters), intervals)
    }
  }

  static func charges(seed: UInt64, rows: Int) -> [CostCharge] {
    some(seed: seed, rows: rows).flatMap { CostSplitting.charges(of: $0.row, $0.intervals, now: now) }
  }
}
