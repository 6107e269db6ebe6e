import Basics
import FoundationEssentials
import Testing
import TrainingModel

@testable import RunAgent

@Suite("METRIC lines")
struct MetricTests {
  private static func parse(_ body: String) -> MetricLine? { Array(body.utf8).withUnsafeBytes { MetricLine(body: $0) } }

  struct Case: Sendable {
    var body: String
    var step: Int64?
    var values: [(String, Double)]
    init(_ body: String, _ step: Int64? = nil, _ values: [(String, Double)]) {
      (self.body, self.step, self.values) = (body, step, values)
    }
  }

  static let readable = [
    Case(#"{"step": 3, "loss": 0.2}"#, 3, [("loss", 0.2)]),
    Case("loss=0.2 acc=0.9 step=3", 3, [("loss", 0.2), ("acc", 0.9)]),
    Case("loss=0.2, acc=.5,", nil, [("loss", 0.2), ("acc", 0.5)]),
    Case("  a=1\tb=-2e-3  ", nil, [("a", 1), ("b", -0.002)]),
    Case("ok=true bad=False", nil, [("ok", 1), ("bad", 0)]),
    Case(
      #"{"ok": true, "bad": false, "none": null, "text": "x", "list": [1, {"a": "]}"}], "n": 2}"#, nil, [("ok", 1), ("bad", 0), ("n", 2)]),
    Case(#"{"nan": NaN, "inf": -Infinity}"#, nil, [("nan", .nan), ("inf", -.infinity)]),
    Case("nan=nan inf=inf big=1e999", nil, [("nan", .nan), ("inf", .infinity), ("big", .infinity)]),
    Case("phase=train loss=1", nil, [("loss", 1)]),
    Case("step=5", 5, []),
    Case("step=2.0 a=1", 2, [("a", 1)]),
    Case("step=2.5 a=1", nil, [("a", 1)]),
    Case(#"{"a\"\u00e9": 1}"#, nil, [("a\"é", 1)]),
    Case("{}", nil, []),
    Case("eval/loss=1 a=b=c", nil, [("eval/loss", 1)]),
  ]

  @Test("Both forms, and what people write in them", arguments: readable)
  func reads(item: Case) throws {
    let line = try #require(Self.parse(item.body))
    #expect(line.step == item.step)
    #expect(line.values.map(\.name) == item.values.map(\.0))
    #expect(line.values.map { "\($0.value)" } == item.values.map { "\($0.1)" })
  }

  @Test(
    "What cannot be read is malformed",
    arguments: [
      "", "   ", "loss", "loss = 0.2", "=1", "{", #"{"a": }"#, #"{"a": 1"#, #"{"a": 1} x"#, #"{"a": 0x10}"#, #"{"a" 1}"#, "loss: 1",
    ])
  func malformed(body: String) { #expect(Self.parse(body) == nil) }

  @Test("What an earlier start has reported is gone on with, also where it was thinned out")
  func resumed() throws {
    let limits = MetricBook.Limits(samplesPerSeries: 20, samplesInAll: 1_000, series: 10)
    var (whole, first) = (MetricBook(limits: limits), MetricBook(limits: limits))
    func add(_ value: Int, to book: inout MetricBook) {
      guard let line = Self.parse("loss=\(value)") else { return }
      book.add(line, milliseconds: 1_700_000_000_123 + Int64(value))
    }
    for value in 0..<64 { add(value, to: &whole) }
    for value in 0..<32 { add(value, to: &first) }
    first.addMalformed()
    whole.addMalformed()
    func text(_ book: MetricBook) -> [UInt8] { book.encoded(runID: "rp_0001", tags: [], recordedAt: Date(timeIntervalSince1970: 0)) }
    var resumed = MetricBook(resuming: try JSON.decode(MetricsDocument.self, from: Data(text(first))), limits: limits)
    #expect(text(resumed) == text(first))
    for value in 32..<64 { add(value, to: &resumed) }
    #expect(text(resumed) == text(whole))
    // A job can write the file itself, and anything into it.
    let sample = MetricSample(step: .max, value: 1, time: .distantFuture)
    var odd = MetricsDocument(runID: "x", timeSeries: ["loss": [sample, sample]], recordedAt: .distantPast)
    odd.thinned = ["loss": .max]
    var taken = MetricBook(resuming: odd, limits: limits)
    add(1, to: &taken)
    #expect(taken.series["loss"]?.last == 1)
  }

  @Test("Any log, cut anywhere, has the metric lines of the whole log")
  func scannerProperty() {
    var random = SystemRandomNumberGenerator()
    let parts = [
      "METRIC a=1", "METRIC ", "METRI", "x", " ", "\t", "\n", "\r", "\r\n", "METRIC b=2 c=3\n", "xMETRIC d=4\n", " METRIC e=5\n", "\u{FF}",
    ]
    for _ in 0..<4_000 {
      let text = Array((0..<Int.random(in: 0...14)).map { _ in parts.randomElement(using: &random) ?? "" }.joined().utf8)
      let expected = Self.naive(text)
      var scanner = MetricScanner()
      var found: [String] = []
      var start = 0
      for cut in (0..<Int.random(in: 0...8)).map({ _ in Int.random(in: 0...text.count) }).sorted() + [text.count] {
        text[start..<cut].withUnsafeBytes { piece in scanner.scan(piece) { found.append(String(decoding: $0, as: UTF8.self)) } }
        start = cut
      }
      scanner.finish { found.append(String(decoding: $0, as: UTF8.self)) }
      if found != expected {
        Issue.record("\(String(decoding: text, as: UTF8.self).debugDescription): \(found) instead of \(expected)")
        return
      }
    }
  }

  private static func naive(_ text: [UInt8]) -> [String] {
    text.split(omittingEmptySubsequences: false) { $0 == 0x0A || $0 == 0x0D }.compactMap { line in
      let rest = line.drop { $0 == 0x20 || $0 == 0x09 }
      return rest.starts(with: MetricLine.prefix) ? String(decoding: rest.dropFirst(MetricLine.prefix.count), as: UTF8.self) : nil
    }
  }

  @Test("A line of more than 64 KiB is no metric, and the next one is", arguments: [1, 4_096, 1 << 20])
  func longLines(piece: Int) {
    let long = "METRIC a=1 " + String(repeating: "x", count: MetricScanner.longestLine)
    let text = Array("\(long)\nMETRIC b=2\n\(String(repeating: "y", count: 200_000))\nMETRIC c=3".utf8)
    var scanner = MetricScanner()
    var found: [String] = []
    for start in stride(from: 0, to: text.count, by: piece) {
      text[start..<min(text.count, start + piece)].withUnsafeBytes { bytes in
        scanner.scan(bytes) { found.append(String(decoding: $0, as: UTF8.self)) }
      }
    }
    scanner.finish { found.append(String(decoding: $0, as: UTF8.self)) }
    #expect(found == ["b=2", "c=3"])
  }

  @Test("Steps: the line's own, else the one after the last")
  func steps() throws {
    var book = MetricBook()
    for body in ["a=1", "a=2 step=10", "a=3", "b=1", "step=20", "a=4"] { book.add(try #require(Self.parse(body)), milliseconds: 0) }
    #expect(book.series["a"]?.samples.map(\.step) == [1, 10, 11, 21])
    #expect(book.series["b"]?.samples.map(\.step) == [12])
  }

  @Test("A long series is thinned in bounded memory, keeps its first and its last value, and says so")
  func thinning() throws {
    var book = MetricBook(limits: MetricBook.Limits(samplesPerSeries: 100, samplesInAll: 250, series: 5))
    for index in 0..<10_000 {
      book.add(try #require(Self.parse("a=\(index) b=\(index) c=\(index)")), milliseconds: Int64(index))
    }
    for name in ["a", "b", "c"] {
      let series = try #require(book.series[name])
      #expect(series.samples.first?.value == 0)
      #expect(series.last == 9_999)
      #expect(series.stride >= 128)
      let steps = series.samples.map(\.step)
      #expect(Set(zip(steps, steps.dropFirst()).map { $1 - $0 }) == [Int64(series.stride)], "evenly spaced")
    }
    #expect(book.series.values.reduce(0) { $0 + $1.samples.count } <= 250)
    for index in 0..<10 { book.add(try #require(Self.parse("new\(index)=1")), milliseconds: 0) }
    #expect(book.series.count == 5)
    #expect(book.turnedAway == 8)
  }

  @Test("What is written is what the model reads: odd names, infinities, thinning")
  func document() throws {
    var book = MetricBook(limits: MetricBook.Limits(samplesPerSeries: 4, samplesInAll: 100, series: 10))
    for index in 1...6 { book.add(try #require(Self.parse("loss=\(Double(index) / 8)")), milliseconds: 1_700_000_000_123) }
    book.add(try #require(Self.parse(#"{"q\"\\\u0007é\n": 1e300, "loss": NaN, "n": 5}"#)), milliseconds: 1_700_000_000_123)
    book.addMalformed()
    let recorded = Date(timeIntervalSince1970: 1_700_000_001)
    let bytes = book.encoded(runID: "rp_0001", tags: ["a\"b", "c"], recordedAt: recorded)
    let read = try JSON.decode(MetricsDocument.self, from: Data(bytes))
    #expect(read.runID == "rp_0001")
    #expect(read.tags == ["a\"b", "c"])
    #expect(read.recordedAt == recorded)
    #expect(read.summary == ["loss": 0.75, "q\"\\\u{7}é\n": 1e300, "n": 5])
    #expect(read.malformedLines == 1)
    #expect(read.thinned == ["loss": 2])
    #expect(read.nonFinite == ["loss": 1])
    #expect(read.timeSeries["loss"]?.map(\.value) == [0.125, 0.375, 0.625])
    #expect(read.timeSeries["loss"]?.map(\.step) == [1, 3, 5])
    #expect(abs(try #require(read.timeSeries["n"]?.first?.time).timeIntervalSince1970 - 1_700_000_000.123) < 0.001)
  }
}
