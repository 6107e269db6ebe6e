public import FoundationEssentials
public import TrainingModel

extension CostThresholds {
  /// What to say of everything together.
  public func warnings(_ burning: Burning, total: CostSum) -> [String] {
    var words: [String] = []
    let hour = burning.hourly.amount(in: "USD").amount
    if hour > hourly {
      words.append("what runs now costs \(MoneyText.short(Money(hour))) an hour, more than \(MoneyText.short(Money(hourly)))")
    } else if hour > hourly / 2 {
      words.append("what runs now costs \(MoneyText.short(Money(hour))) an hour, more than half of \(MoneyText.short(Money(hourly)))")
    }
    let day = hour * Decimal(Burning.hours.day)
    if day > daily { words.append("a day like this costs \(MoneyText.short(Money(day))), more than \(MoneyText.short(Money(daily)))") }
    let sum = total.amount(in: "USD").amount
    if sum > accumulated { words.append("\(MoneyText.short(Money(sum))) were spent, more than \(MoneyText.short(Money(accumulated)))") }
    return words
  }

  /// What to say of one resource that runs.
  public func warnings(_ row: LedgerRow, hourly: CostSum, accumulated: CostSum, now: Date) -> [String] {
    let name = row.resource?.rawValue ?? row.intent.rawValue
    var words: [String] = []
    let hour = hourly.amount(in: "USD").amount
    if hour > resourceHourly {
      words.append("\(name) costs \(MoneyText.short(Money(hour))) an hour, more than \(MoneyText.short(Money(resourceHourly)))")
    }
    let sum = accumulated.amount(in: "USD").amount
    if sum > resourceAccumulated {
      words.append("\(name) has cost \(MoneyText.short(Money(sum))), more than \(MoneyText.short(Money(resourceAccumulated)))")
    }
    if row.state != .stopped, let since = row.launchedAt, now.timeIntervalSince(since) > resourceAge {
      words.append("\(name) has run for \(Int(now.timeIntervalSince(since) / 3_600)) hours, more than \(Int(resourceAge / 3_600))")
    }
    return words
  }
}
