import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// Resources as a table for other programs: the same columns in CSV and HTML.
enum ResourceTable {
  /// The columns, in their order.
  static let header = [
    "resource", "kind", "state", "standing", "provider", "account", "region", "zone", "machine", "market", "run", "run_name", "project",
    "owner",
    "created_at", "launched_at", "ended_at", "expires_at", "hourly", "cost", "cost_has_unknown", "cost_quality", "currency", "protected",
    "orphan", "intent", "note",
  ]

  private static func cells(_ view: ResourceView) -> [String] {
    let row = view.row
    func time(_ date: Date?) -> String { date.map(Timestamp.format) ?? "" }
    return [
      row.resource?.rawValue ?? "", row.kind, row.state.rawValue, view.standing.rawValue, row.place.provider.rawValue, row.place.account,
      row.place.region, row.place.zone ?? "", row.place.machine, row.place.market.rawValue, row.runID?.rawValue ?? "", row.runName ?? "",
      row.project ?? "", row.owner, time(row.createdAt), time(row.launchedAt), time(row.endedAt), time(row.expiresAt),
      view.hourly.map { "\($0.amount)" } ?? "", view.cost.map { "\($0.amount.amount)" } ?? "", view.cost.map { "\($0.hasUnknown)" } ?? "",
      view.cost?.quality.rawValue ?? "", view.cost?.amount.currency ?? view.hourly?.currency ?? "", "\(row.isProtected)", view.orphan ?? "",
      row.intent.rawValue, row.note ?? "",
    ]
  }

  /// RFC 4180, a line of headings first. An unknown price is an empty field.
  static func csv(_ views: [ResourceView]) -> String {
    ([header] + views.map(cells)).map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  /// A field, in quotes where it must be. What a spreadsheet would run as a formula gets an apostrophe in front.
  static func field(_ text: String) -> String {
    let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false && Decimal(string: text) == nil
    let text = isFormula ? "'" + text : text
    guard text.contains(where: { "\",\r\n".contains($0) || $0 == "\r\n" }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  /// One page that needs nothing else.
  static func html(_ views: [ResourceView], at now: Date) -> String {
    let heads = header.map { "<th>\(escaped($0))</th>" }.joined()
    let rows = views.map { "<tr>" + cells($0).map { "<td>\(escaped($0))</td>" }.joined() + "</tr>\n" }.joined()
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>RunPilot resources</title><style>
      body { font: 14px system-ui, sans-serif; margin: 2em } table { border-collapse: collapse }
      th, td { border-bottom: 1px solid #ddd; padding: .3em .6em; text-align: left; white-space: nowrap } th { position: sticky; top: 0; background: #fff }
      </style></head><body><h1>Resources</h1><p>\(Timestamp.format(now))</p>
      <table><thead><tr>\(heads)</tr></thead><tbody>
      \(rows)</tbody></table></body></html>

      """
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
      .replacing("'", with: "&#39;")
  }
}
