import Glibc
import TerminalUI
import Testing

@Suite struct ChartTests {
  /// A curve that falls from `top` towards `bottom`.
  static func falling(_ name: String, steps: Int, every stride: Int, from top: Double, to bottom: Double) -> LineChart.Series {
    var points: [(x: Double, y: Double)] = []
    for index in 0...steps {
      let step = Double(index * stride)
      points.append((x: step, y: (top - bottom) * exp(-step / 40) + bottom))
    }
    return LineChart.Series(name, points: points)
  }
  static let loss = falling("loss", steps: 200, every: 1, from: 2.4, to: 0.1)
  static let validation = falling("val_loss", steps: 20, every: 10, from: 2.6, to: 0.25)

  @Test("One series in braille")
  func one() {
    let text = LineChart([Self.loss], axisName: "step").text(TerminalFacts(columns: 80), rows: 10)
    Snapshot.expect(text, is: "chart-braille-80.txt")
  }

  @Test("Two series have marks of their own where there is no colour")
  func marks() {
    let text = LineChart([Self.loss, Self.validation], axisName: "step").text(TerminalFacts(columns: 80, usesUnicode: false), rows: 10)
    Snapshot.expect(text, is: "chart-ascii-80.txt")
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test("A large range is drawn logarithmically")
  func logarithmic() {
    let series = LineChart.Series("lr", points: (0...60).map { (x: Double($0), y: pow(10.0, Double($0) * -0.1)) })
    Snapshot.expect(LineChart([series], axisName: "step").text(TerminalFacts(columns: 60), rows: 9), is: "chart-log-60.txt")
  }

  @Test(
    "No odd series makes a line too long or a crash",
    arguments: [
      [], [(0, 0)], [(5, 1), (5, 2)], [(0, .nan), (1, .infinity)], [(0, 1), (1, .nan), (2, 3)], [(0, -1e308), (1, 1e308)],
      [(0, Double.leastNonzeroMagnitude), (1, 1)],
      [(-9e18, 1), (9e18, 2)], [(0, 1e-9), (1, 2e-9)], [(3, -4), (1, -8)],
    ] as [[(Double, Double)]])
  func odd(_ points: [(Double, Double)]) {
    for columns in [12, 40, 200] {
      for unicode in [true, false] {
        let facts = TerminalFacts(columns: columns, usesUnicode: unicode)
        let text = LineChart([.init("odd\u{1B}[2J", points: points)], axisName: "step").text(facts, rows: 5)
        #expect(!text.contains("\u{1B}"))
        #expect(!text.isEmpty)
        for line in text.split(separator: "\n").dropFirst() { #expect(TextWidth.columns(line) <= max(columns, 30), "\(line)") }
      }
    }
  }

  @Test("Colour is used for series when it is wanted")
  func colour() {
    let facts = TerminalFacts(columns: 60, isTerminal: true, usesColour: true)
    let text = LineChart([Self.loss, Self.validation], axisName: "step").text(facts, rows: 6)
    #expect(text.contains("\u{1B}[36m") && text.contains("\u{1B}[33m"))
  }

  @Test(
    "Sparklines",
    arguments: [([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"), ([1], ""), ([], ""), ([2, 2, 2], "▅▅▅"), ([.nan, 1, 2], "▁█")]
      as [([Double], String)])
  func spark(_ values: [Double], _ text: String) { #expect(Sparkline.text(values, columns: 8) == text) }

  @Test("A long series keeps its peaks in a short sparkline")
  func longSpark() {
    #expect(Sparkline.text((0..<1000).map(Double.init), columns: 8) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text((0..<1000).map(Double.init), columns: 8, unicode: false) == "_.:-=+*#")
  }
}
