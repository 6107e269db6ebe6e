import Basics
import FoundationEssentials
import Testing

@Suite("Lengths of time")
struct TimeSpanTests {
  @Test(
    "are read as people type them",
    arguments: [
      ("0", 0), ("90", 90), ("90s", 90), ("15m", 900), ("1h30m", 5400), ("2H", 7200), ("7d", 604_800), ("1w2d", 777_600), ("10min", 600),
    ]
      as [(String, Int64)])
  func reads(_ text: String, _ seconds: Int64) { #expect(TimeSpan.parse(text) == .seconds(seconds)) }

  @Test("refuse what is none", arguments: ["", "h", "-5", "1m1h", "1h1h", "1.5h", "2 h 3", "5y", "99999999999999999999", "99999999d"])
  func refuses(_ text: String) { #expect(TimeSpan.parse(text) == nil) }

  @Test(
    "are shown by their two largest units",
    arguments: [
      (.zero, "0s"), (.milliseconds(4_250), "4.2s"), (.seconds(59), "59s"), (.seconds(151), "2m 31s"), (.seconds(3600), "1h"),
      (.seconds(3_905), "1h 5m"), (.seconds(97_200), "1d 3h"), (.seconds(-1), "0s"),
    ]
      as [(Duration, String)])
  func shows(_ duration: Duration, _ text: String) { #expect(TimeSpan.format(duration) == text) }

  @Test("Times are written in UTC and read in every ISO 8601 form")
  func timestamps() throws {
    let date = try #require(Timestamp.parse("2026-11-21T05:48:11.250+01:00"))
    #expect(Timestamp.format(date) == "2026-11-21T04:48:11.250Z")
    #expect(Timestamp.parse("2026-11-21T04:48:11Z") == Timestamp.parse("2026-11-21T04:48:11.000Z"))
    #expect(Timestamp.parse("yesterday") == nil)
  }
}
