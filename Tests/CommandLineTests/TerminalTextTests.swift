import FoundationEssentials
import Testing

@testable import TerminalUI

@Suite struct TerminalTextTests {
  @Test(
    "Columns are counted as a terminal counts them",
    arguments: [
      ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("한글", 4), ("ｆ", 2), ("🚀", 2), ("👩‍🔬", 2), ("❤\u{FE0F}", 2), ("❤", 1),
      ("…", 1),
      ("⠿", 1), ("─", 1), ("\u{200B}", 0), ("ไทย", 3), ("a\u{0}b", 2),
    ])
  func columns(_ text: String, _ columns: Int) { #expect(TextWidth.columns(text) == columns) }

  @Test("Truncation never exceeds the width and never cuts a character", arguments: 0...12)
  func truncation(_ width: Int) {
    for text in ["plain ascii text", "日本語テキスト", "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}", "🚀🚀🚀🚀🚀🚀🚀", "short"] {
      for unicode in [true, false] {
        for cut in [Fitting.Cut.end, .middle] {
          let short = Fitting.truncate(text, to: width, cut: cut, unicode: unicode)
          #expect(TextWidth.columns(short) <= width)
          if TextWidth.columns(text) <= width { #expect(short == text) }
        }
      }
    }
    #expect(Fitting.truncate("/a/long/path/model.pt", to: 12, cut: .middle) == "/a/lon…el.pt")
  }

  @Test(
    "What could change the terminal is written out",
    arguments: [
      ("plain", "plain"), ("a\nb", "a\\nb"), ("\u{1B}[31mred", "\\u{1B}[31mred"), ("tab\there", "tab\\there"), ("\u{9B}2J", "\\u{9B}2J"),
      ("a\u{202E}b", "a\\u{202E}b"), ("\u{7F}", "\\u{7F}"), ("é日🚀", "é日🚀"), ("👩\u{200D}🔬", "👩\u{200D}🔬"), ("\r", "\\r"),
      ("\u{2028}", "\\u{2028}"),
      ("a\r\nb", "a\\r\\nb"),
    ])
  func printable(_ text: String, _ safe: String) {
    #expect(Printable.line(text) == safe)
    #expect(Printable.lines("x\n\ty\u{7}") == "x\n\ty\\u{7}")
  }

  @Test(
    "Numbers",
    arguments: [
      (0, "0"), (0.234567, "0.23457"), (97.41, "97.41"), (12000, "12000"), (1.23456e-5, "1.2346e-05"), (-0.5, "-0.5"), (1, "1"),
      (123456.789, "123457"),
      (9.99999e-5, "0.0001"), (0.0001, "0.0001"), (1e300, "1e+300"), (.nan, "nan"), (-.infinity, "-inf"), (99999.96, "100000"),
      (1234567, "1234567"), (12345678, "1.2346e+07"),
    ] as [(Double, String)])
  func numbers(_ value: Double, _ text: String) { #expect(NumberText.short(value) == text) }

  @Test("Times")
  func times() {
    let now = Date(timeIntervalSince1970: 1_795_238_003)
    #expect(TimeText.utc.stamp(now) == "2026-11-21 05:13:23")
    #expect(TimeText { _ in 3_600 }.stamp(now) == "2026-11-21 06:13:23")
    let ages: [(Double, String)] = [
      (0, "just now"), (-2, "just now"), (7, "7s ago"), (60, "1m ago"), (3_599, "59m ago"), (7_200, "2h ago"), (86_400 * 3, "3d ago"),
      (86_400 * 40, "2026-10-12"), (-60, "2026-11-21 05:14:23"),
    ]
    for (age, text) in ages { #expect(TimeText.utc.ago(now.addingTimeInterval(-age), now: now) == text) }
    #expect(TimeText.clock(151) == "00:02:31")
    #expect(TimeText.clock(360_000) == "100:00:00")
    #expect(TimeText.clock(.nan) == "00:00:00")
  }

  @Test("The environment's wishes about colour and characters")
  func wishes() {
    #expect(TerminalFacts.wantsColour(["TERM": "xterm"], isTerminal: true))
    #expect(!TerminalFacts.wantsColour(["TERM": "xterm"], isTerminal: false))
    #expect(!TerminalFacts.wantsColour(["TERM": "dumb"], isTerminal: true))
    #expect(!TerminalFacts.wantsColour(["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], isTerminal: true))
    #expect(TerminalFacts.wantsColour(["NO_COLOR": ""], isTerminal: true))
    #expect(TerminalFacts.wantsColour(["CLICOLOR_FORCE": "1"], isTerminal: false))
    #expect(!TerminalFacts.wantsColour(["CLICOLOR_FORCE": "0"], isTerminal: false))
    #expect(TerminalFacts.speaksUnicode([:]))
    #expect(TerminalFacts.speaksUnicode(["LANG": "C.UTF-8"]))
    #expect(!TerminalFacts.speaksUnicode(["LANG": "en_GB.UTF-8", "LC_ALL": "C"]))
    #expect(TerminalFacts.detect(-1, environment: ["COLUMNS": "33"]).columns == 33)
    #expect(TerminalFacts.detect(-1, environment: ["COLUMNS": "-1"]) == TerminalFacts())
  }

  @Test("A progress line changes in place on a terminal, and is rare elsewhere")
  func progress() {
    var line = ProgressLine(TerminalFacts(columns: 10, isTerminal: true))
    #expect(line.show("one", at: 0) == "\r\u{1B}[Kone")
    #expect(line.show("two", at: 0.05) == "")
    #expect(line.show("a long long text", at: 1) == "\r\u{1B}[Ka long l…")
    #expect(line.clear() == "\r\u{1B}[K")
    #expect(line.clear() == "")
    var plain = ProgressLine(TerminalFacts())
    #expect(plain.show("one", at: 0) == "one\n")
    #expect(plain.show("two", at: 5) == "")
    #expect(plain.show("three", at: 11) == "three\n")
    #expect(plain.clear() == "")
    #expect(ProgressLine.bar(0.5, columns: 10, unicode: true) == "━━━━━─────  50%")
    #expect(ProgressLine.bar(.nan, columns: 4, unicode: false) == "....   0%")
  }
}
