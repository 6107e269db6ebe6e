import ControlAPI
import CostReporting
import FoundationEssentials
import TerminalUI
import TrainingModel

/// Costs, a line for each run, project, provider, tag or day.
struct CostReportView: Report {
  static let kind = "costs"
  let report: CostReport

  var ids: [String] { report.lines.map(\.key).filter { !$0.isEmpty } }

  func text(_ page: Page) -> String {
    var text = ""
    if !report.lines.isEmpty {
      let name = report.grouping.rawValue
      let lines = report.lines.map { line($0.key.isEmpty ? "(no \(name))" : Printable.line($0.key), $0.sum) }
      text += Table(
        [.init(name.uppercased(), minimum: 10), .init("COST", alignsRight: true), .init("QUALITY", rank: 1)],
        rows: lines + [line("total", report.total, .bold)]
      ).text(page.terminal)
      if report.grouping == .tag { text += "What has several tags stands under each of them, and counts once in the total.\n" }
    }
    return text + now(page) + stuck(page)
  }

  private func line(_ key: String, _ sum: CostSum, _ style: Style? = nil) -> [Cell] {
    [Cell(key, style), Cell(MoneyText.sum(sum), style), Cell(sum.quality?.rawValue ?? "", sum.quality == .estimated ? .yellow : nil)]
  }

  /// What runs now, and what it comes to when nothing changes.
  private func now(_ page: Page) -> String {
    let burning = report.burning
    guard burning.resources > 0 else { return "" }
    var sheet = FactSheet()
    sheet.add("now", "\(burning.resources) resource\(burning.resources == 1 ? "" : "s")" + unknown(burning))
    for (name, hours) in [("an hour", 1), ("a day", Burning.hours.day), ("a week", Burning.hours.week), ("a month", Burning.hours.month)] {
      let amounts = burning.amounts(hours: hours)
      let least = burning.unpricedMeters == 0 ? "" : "at least "
      sheet.add(name, amounts.isEmpty ? "unknown" : least + amounts.map { MoneyText.short($0) }.joined(separator: " + "))
    }
    return (report.lines.isEmpty ? "" : "\n") + sheet.text(page.terminal)
  }

  private func unknown(_ burning: Burning) -> String {
    burning.unpricedMeters == 0 ? "" : ", and \(burning.unpricedMeters) thing\(burning.unpricedMeters == 1 ? "" : "s") of unknown price"
  }

  private func stuck(_ page: Page) -> String {
    guard !report.stuck.isEmpty else { return "" }
    var sheet = FactSheet()
    for row in report.stuck {
      sheet.add(
        "not gone yet", "\(CostWords.name(row)), asked for \(page.moment(row.stateSince))\(row.note.map { ": \($0)" } ?? "")", .yellow)
    }
    return "\n" + sheet.text(page.terminal)
  }

  private enum CodingKeys: String, CodingKey {
    case by, lines, total, now, warnings, stuck
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(report.grouping, forKey: .by)
    try container.encode(report.lines.map { CostJSON.Line(key: $0.key, sum: CostJSON.Sum($0.sum)) }, forKey: .lines)
    try container.encode(CostJSON.Sum(report.total), forKey: .total)
    try container.encode(CostJSON.Now(report.burning), forKey: .now)
    try container.encode(report.warnings, forKey: .warnings)
    try container.encode(report.stuck.map { CostJSON.Stuck($0) }, forKey: .stuck)
  }
}

/// Words that several reports of costs use.
enum CostWords {
  /// A resource as people call it.
  static func name(_ row: LedgerRow) -> String { "\(row.place.provider) \(Printable.line(row.resource?.rawValue ?? row.intent.rawValue))" }
}
