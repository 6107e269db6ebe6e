import CostReporting
import FoundationEssentials
import TrainingModel

/// Costs in JSON. Amounts are strings: readers that take numbers for binary fractions would change them.
enum CostJSON {
  struct Amount: Encodable {
    let amount: String
    let currency: String
    init(_ money: Money) {
      amount = MoneyText.full(money.amount)
      currency = money.currency
    }
  }

  struct Sum: Encodable {
    let amounts: [Amount]
    /// Hours of meters whose price nobody knows.
    let unknownHours: String
    let quality: CostQuality?
    init(_ sum: CostSum) {
      amounts = sum.amounts.map { Amount($0) }
      unknownHours = MoneyText.full(Decimal(sum.unpricedMilliseconds) / Decimal(CostSum.millisecondsAnHour))
      quality = sum.quality
    }
    enum CodingKeys: String, CodingKey {
      case amounts, quality
      case unknownHours = "unknown_hours"
    }
  }

  struct Line: Encodable {
    let key: String
    let sum: Sum
  }

  struct Now: Encodable {
    let resources: Int
    let unpriced: Int
    let hour: [Amount]
    let day: [Amount]
    let week: [Amount]
    let month: [Amount]
    init(_ burning: Burning) {
      func amounts(_ hours: Int64) -> [Amount] { burning.amounts(hours: hours).map { Amount($0) } }
      (resources, unpriced) = (burning.resources, burning.unpricedMeters)
      (hour, day) = (amounts(1), amounts(Burning.hours.day))
      (week, month) = (amounts(Burning.hours.week), amounts(Burning.hours.month))
    }
  }

  struct Stuck: Encodable {
    let intent: IntentID
    let resource: ResourceID?
    let provider: ProviderID
    let since: Date
    let note: String?
    init(_ row: LedgerRow) {
      (intent, resource, provider) = (row.intent, row.resource, row.place.provider)
      (since, note) = (row.stateSince, row.note)
    }
  }

  struct Charge: Encodable {
    let day: String
    let start: Date
    let end: Date
    let subject: CostSubject
    let meter: Meter.Kind
    let name: String
    let milliseconds: Int64
    let hourly: Amount?
    let amount: Amount?
    let quality: CostQuality
    init(_ charge: CostCharge) {
      day = charge.day.description
      (start, end, subject) = (charge.start, charge.end, charge.subject)
      (meter, name, milliseconds, quality) = (charge.meter.kind, charge.meter.name, charge.milliseconds, charge.quality)
      hourly = charge.meter.hourly.map { Amount($0) }
      amount = charge.sum.amounts.first.map { Amount($0) }
    }
  }
}
