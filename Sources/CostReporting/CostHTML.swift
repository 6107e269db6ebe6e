import Basics
public import FoundationEssentials
public import TrainingModel

/// Charges as one HTML page that needs nothing else, can be printed, and shows words from elsewhere as words.
public enum CostHTML {
  /// The page.
  /// - Parameters:
  ///   - charges: what it is about.
  ///   - period: in words, such as "since 2026-07-01".
  ///   - madeAt: for its foot.
  public static func text(_ charges: [CostCharge], period: String, madeAt: Date) -> String {
    let tallies = [CostGrouping.project, .run, .provider, .tag, .day].map { grouping in
      var tally = CostTally(by: grouping)
      for charge in charges { tally.add(charge) }
      return tally
    }
    let total = tallies.first?.total ?? CostSum()
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>RunPilot: costs</title>
      <style>\(style)</style>
      </head>
      <body>
      <h1>Costs</h1>
      <p>\(escaped(period))</p>
      <p class="total">\(escaped(MoneyText.sum(total)))</p>
      \(note(total))\(tallies.map(table).joined())<footer>Made by RunPilot at \(Timestamp.format(madeAt)). Days are UTC.</footer>
      </body>
      </html>

      """
  }

  private static let style = """
    body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
    h2{margin-top:2rem}.total{font-size:1.6rem;font-weight:600}
    table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc;overflow-wrap:anywhere}
    .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}tfoot td{font-weight:600}footer{margin-top:2rem;color:#555}
    @media print{body{margin:0;max-width:none;font-size:10pt}thead{display:table-header-group}tr{break-inside:avoid}h2{break-after:avoid}}
    """

  private static func note(_ total: CostSum) -> String {
    total.quality == .estimated ? "<p>Some of it is estimated: from launch times and tags, where nobody was watching.</p>\n" : ""
  }

  private static func table(_ tally: CostTally) -> String {
    guard !tally.groups.isEmpty else { return "" }
    let name = tally.grouping.rawValue
    let rows = tally.lines.map { line in
      let key = line.key.isEmpty ? "<em>no \(name)</em>" : escaped(line.key)
      return
        "<tr><td>\(key)</td><td class=\"n\">\(escaped(MoneyText.sum(line.sum)))</td><td>\(line.sum.quality?.rawValue ?? "")</td></tr>\n"
    }
    return """
      <h2>By \(name)</h2>
      <table>
      <thead><tr><th scope="col">\(name.capitalizedFirst)</th><th scope="col" class="n">Cost</th><th scope="col">Quality</th></tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      <tfoot><tr><td>Total</td><td class="n">\(escaped(MoneyText.sum(tally.total)))</td><td>\(tally.total.quality?.rawValue ?? "")</td></tr></tfoot>
      </table>
      \(tally.grouping == .tag ? "<p>What has several tags stands under each of them, and counts once in the total.</p>\n" : "")
      """
  }

  /// Text between tags or in an attribute; control characters, which HTML has no place for, become U+FFFD.
  static func escaped(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": safe += "&amp;"
      case "<": safe += "&lt;"
      case ">": safe += "&gt;"
      case "\"": safe += "&quot;"
      case "'": safe += "&#39;"
      case "\n", "\t": safe += " "
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): safe += "\u{FFFD}"
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": safe += "\u{FFFD}"
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
