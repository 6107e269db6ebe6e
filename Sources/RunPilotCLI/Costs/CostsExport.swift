import Basics
import CommandLineKit
import ControlAPI
import CostReporting
import FoundationEssentials
import TrainingModel

/// The forms in which charges are written.
enum CostFormat: String, ArgumentChoice {
  case csv
  case focusCSV = "focus-csv"
  case html, json
}

/// `runpilot costs export`.
struct CostsExport: Command {
  static let name = "export"
  static let summary = "Write every charge to a file, or to standard output"
  static let discussion = """
    csv has a line for each meter, day and rate; focus-csv is FOCUS 1.2 of the FinOps Foundation; html is a page to print. docs/costs.md \
    explains every column.
    """
  static let examples = [
    Example("runpilot costs export --format csv -o costs.csv", "For a spreadsheet"),
    Example("runpilot costs export --format focus-csv --since 2026-07-01 --until 2026-08-01 -o july.csv", "For FinOps tools"),
    Example("runpilot costs export --format html -o costs.html", "To read and print"),
  ]
  static let exitCodes = [ExitNote(.ok, "all is written"), ExitNote(.partial, "charges without a price have no place in the format")]
  static let fields: [Field<Self>] =
    [
      .option("format", \.format, "The form"),
      .option("output", \.file, "The file to write; standard output unless given", short: "o", value: "file"),
      .flag("force", \.force, "Replace a file that is there", short: "f"),
    ] + CostPeriod.fields.within(\.period) + OutputOptions.jsonOnly.within(\.output)

  var format = CostFormat.csv
  var file: String?
  var force = false
  var period = CostPeriod()
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let path = try world.target(of: file, force: force)
    let charges = try await world.costs().charges(period.query(by: .day, now: world.now()))
    let (text, leftOut) = try text(charges, in: world)
    if let path {
      try Files.writeAtomically(Array(text.utf8), to: path)
      try world.emit(CostExportReport(file: path, charges: charges.count - leftOut, leftOut: leftOut), output)
    } else {
      try world.output.write(text)
    }
    guard leftOut > 0 else { return .ok }
    world.errors.say(
      "warning: \(leftOut) charge\(leftOut == 1 ? " has" : "s have") no known price, for which FOCUS has no word: not written")
    return ExitStatus(.partial)
  }

  private func text(_ charges: [CostCharge], in world: World) throws -> (String, leftOut: Int) {
    switch format {
    case .csv: return (CostCSV.text(charges), 0)
    case .focusCSV:
      let (text, unpriced) = FocusCSV.text(charges)
      return (text, unpriced)
    case .html: return (CostHTML.text(charges, period: period.words(now: world.now()), madeAt: world.now()), 0)
    case .json: return (String(decoding: try JSON.encode(Envelope(ChargesReport(charges: charges))), as: UTF8.self), 0)
    }
  }
}

/// Charges as JSON.
struct ChargesReport: Report {
  static let kind = "charges"
  let charges: [CostCharge]
  var ids: [String] { [] }
  func text(_ page: Page) -> String { CostCSV.text(charges) }
  private enum CodingKeys: CodingKey { case charges }
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(charges.map { CostJSON.Charge($0) }, forKey: .charges)
  }
}

/// A file of charges that was written.
struct CostExportReport: Report {
  static let kind = "costs-export"
  let file: String
  let charges: Int
  let leftOut: Int
  var ids: [String] { [file] }
  func text(_ page: Page) -> String { "\(file)  \(charges) charge\(charges == 1 ? "" : "s")\n" }
  private enum CodingKeys: String, CodingKey {
    case file, charges
    case leftOut = "left_out"
  }
}
