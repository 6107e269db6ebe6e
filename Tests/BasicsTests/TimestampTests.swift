import Basics
import FoundationEssentials
import Testing

@Suite("Times")
struct TimestampTests {
  private static let general = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  @Test("Any time is written as the general formatter writes it, and reads back to the millisecond")
  func property() throws {
    var times = [0, -1, 951_782_400, 951_868_799.999, 4_102_444_800, 253_402_300_799].map { Date(timeIntervalSince1970: $0) }
    // Whole milliseconds: what lies between is rounded in one way or the other.
    for _ in 0..<20_000 {
      times.append(Date(timeIntervalSince1970: Double(Int64.random(in: -11_676_000_000_000...60_000_000_000_000)) / 1_000))
    }
    for time in times {
      let text = Timestamp.format(time)
      let read = try #require(Timestamp.parse(text), "\(text)")
      let other = try #require(try? Self.general.parse(text), "\(text)")
      guard Timestamp.format(read) == text, abs(read.timeIntervalSince(time)) < 0.0006, abs(other.timeIntervalSince(read)) < 0.0001 else {
        Issue.record("\(time.timeIntervalSince1970) became \(text), which reads as \(read.timeIntervalSince1970)")
        return
      }
    }
  }

  @Test(
    "Other forms of ISO 8601 are read too",
    arguments: [
      ("2026-11-21T04:48:11Z", 1_795_236_491.0), ("2026-11-21T06:48:11+02:00", 1_795_236_491),
      ("2026-11-21T04:48:11.250Z", 1_795_236_491.25),
      ("2026-12-31T23:59:59.999Z", 1_798_761_599.999),
    ])
  func forms(text: String, seconds: Double) throws {
    #expect(abs(try #require(Timestamp.parse(text)).timeIntervalSince1970 - seconds) < 0.0005)
  }

  @Test("What is no time is refused", arguments: ["", "yesterday", "2026-13-01T00:00:00.000Z", "2026-11-21 04:48"])
  func refused(text: String) { #expect(Timestamp.parse(text) == nil) }
}
