import TerminalUI
import Testing

@Suite struct TableTests {
  static let table = Table(
    [
      .init("ID"), .init("NAME", minimum: 8), .init("STATUS"), .init("LOSS", alignsRight: true, rank: 1),
      .init("PATH", rank: 2, minimum: 10, cut: .middle),
    ],
    rows: [
      ["rp_0001", "a very long name of a run that nobody wants", "success", "0.25", "/home/me/.runpilot/runs/rp_0001"],
      ["rp_0002", "日本語の実験", Cell("failed", .red), "12.125", "/x"],
    ])

  @Test("Without a width nothing is cut")
  func unlimited() {
    #expect(
      Self.table.text(TerminalFacts()) == """
        ID       NAME                                         STATUS     LOSS  PATH
        rp_0001  a very long name of a run that nobody wants  success    0.25  /home/me/.runpilot/runs/rp_0001
        rp_0002  日本語の実験                                 failed   12.125  /x

        """)
  }

  @Test("Cells are cut first, then columns go by rank")
  func fitted() {
    #expect(
      Self.table.text(TerminalFacts(columns: 60)) == """
        ID       NAME              STATUS     LOSS  PATH
        rp_0001  a very long nam…  success    0.25  /home/me…rp_0001
        rp_0002  日本語の実験      failed   12.125  /x

        """)
    #expect(
      Self.table.text(TerminalFacts(columns: 40)) == """
        ID       NAME            STATUS     LOSS
        rp_0001  a very long n…  success    0.25
        rp_0002  日本語の実験    failed   12.125

        """)
  }

  @Test("No line is longer than the terminal", arguments: 24...120)
  func widths(_ columns: Int) {
    for line in Self.table.text(TerminalFacts(columns: columns)).split(separator: "\n") { #expect(TextWidth.columns(line) <= columns) }
  }

  @Test("Colours change no width")
  func colour() {
    let text = Self.table.text(TerminalFacts(columns: 60, usesColour: true))
    #expect(text.contains("\u{1B}[31mfailed \u{1B}[0m"))
    let plain = text.split(separator: "\u{1B}").map { $0.first == "[" ? $0.drop { $0 != "m" }.dropFirst() : $0 }.joined()
    #expect(plain == Self.table.text(TerminalFacts(columns: 60)))
  }

  @Test("Facts stand below each other and are broken at the width")
  func facts() {
    var sheet = FactSheet()
    sheet.add("status", "success", .green)
    sheet.add("nothing", nil)
    sheet.add("command", "python3 train.py --learning-rate 0.1 --epochs 5")
    sheet.add("warnings", lines: ["one", "two"])
    #expect(
      sheet.text(TerminalFacts(columns: 36)) == """
        status    success
        command   python3 train.py
                  --learning-rate 0.1
                  --epochs 5
        warnings  one
                  two

        """)
  }
}
