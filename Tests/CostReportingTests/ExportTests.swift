import CostReporting
import FoundationEssentials
import Testing
import TrainingModel

@Suite("Costs in files")
struct ExportTests {
  /// Reads RFC 4180 as strictly as it is written.
  private static func parse(_ text: String) throws -> [[String]] {
    var (lines, line, field, quoted) = ([[String]](), [String](), "", false)
    var rest = Array(text.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      switch (scalar, quoted) {
      case ("\"", true) where rest.first == "\"": field.unicodeScalars.append(rest.removeFirst())
      case ("\"", true): quoted = false
      case (_, true): field.unicodeScalars.append(scalar)
      case ("\"", false):
        try #require(field.isEmpty)
        quoted = true
      case (",", false):
        line.append(field)
        field = ""
      case ("\r", false):
        try #require(rest.popFirst() == "\n")
        lines.append(line + [field])
        (line, field) = ([], "")
      case ("\n", false): Issue.record("a bare line feed")
      default: field.unicodeScalars.append(scalar)
      }
    }
    try #require(line.isEmpty && field.isEmpty && !quoted)
    return lines
  }

  private static let nasty = ["plain", "a,b", "say \"hi\"", "two\r\nlines", "=1+1", "+1", "-1", "@x", "\tx", "ünï 🚀", "", "'", "＝1"]

  @Test("Any words come back from a file, formulas with one ' before them")
  func words() throws {
    var csv = CSVText()
    csv.add(Self.nasty.map { .words($0) })
    csv.add([.none, .exact("-1"), .exact("2,5")])
    let lines = try Self.parse(csv.text)
    #expect(lines.first == ["plain", "a,b", "say \"hi\"", "two\r\nlines", "'=1+1", "'+1", "'-1", "'@x", "'\tx", "ünï 🚀", "", "'", "'＝1"])
    #expect(lines.last == ["", "-1", "2,5"])
  }

  @Test("A file of charges has a header, as many fields in every line, and the exact sum", arguments: 1...5)
  func charges(seed: Int) throws {
    let charges = SampleCosts.charges(seed: UInt64(seed), rows: 9)
    let lines = try Self.parse(CostCSV.text(charges))
    #expect(lines.first == CostCSV.header)
    #expect(lines.count == charges.count + 1)
    #expect(lines.allSatisfy { $0.count == CostCSV.header.count })
    let amount = try #require(CostCSV.header.firstIndex(of: "amount"))
    for (line, charge) in zip(lines.dropFirst(), charges) {
      #expect(line[amount].isEmpty == (charge.meter.hourly == nil))
      let exact = charge.sum.amounts.first?.amount ?? 0
      let off = (Decimal(string: line[amount]) ?? 0) - exact
      #expect(abs(off) < Decimal(sign: .plus, exponent: -18, significand: 1))
    }
  }

  @Test("The header stands as it is documented; programs read it")
  func header() {
    #expect(
      CostCSV.header.joined(separator: ",")
        == "day,start,end,run,run_uid,run_name,project,tags,provider,account,region,zone,machine,market,kind,resource,intent,owner,meter,"
        + "meter_name,seconds,hourly_rate,rate_is_ceiling,rate_source,rate_as_of,amount,currency,quality")
  }

  @Test("FOCUS holds what has a price, and says how much has none")
  func focus() throws {
    let charges = SampleCosts.charges(seed: 3, rows: 12)
    let (text, unpriced) = FocusCSV.text(charges)
    let lines = try Self.parse(text)
    #expect(unpriced == charges.filter { $0.meter.hourly == nil }.count)
    #expect(unpriced > 0)
    #expect(lines.count == charges.count - unpriced + 1)
    #expect(Set(FocusCSV.header).count == FocusCSV.header.count)
    #expect(lines.allSatisfy { $0.count == FocusCSV.header.count })
  }

  @Test("A page shows words from elsewhere as words")
  func html() {
    var row = SampleCosts.row(1, meters: [Meter(.compute, "m", hourly: Money(1))])
    row.project = "<script>alert('x')</script>&\"\u{1B}[31m\u{202E}"
    let interval = CostInterval(
      intent: row.intent, meterIndex: 0, meter: row.meters[0], start: SampleCosts.epoch, end: SampleCosts.epoch.addingTimeInterval(3_600),
      quality: .estimated)
    let charges = CostSplitting.charges(of: row, [interval], now: SampleCosts.now)
    let page = CostHTML.text(charges, period: "since <b>", madeAt: SampleCosts.now)
    #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;\u{FFFD}[31m\u{FFFD}"))
    #expect(!page.contains("<script"))
    #expect(page.contains("since &lt;b&gt;"))
    #expect(page.contains("<tfoot><tr><td>Total</td><td class=\"n\">1.00 USD</td><td>estimated</td></tr></tfoot>"))
    #expect(page.contains("@media print"))
  }
}
