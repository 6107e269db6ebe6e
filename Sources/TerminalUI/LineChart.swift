/// Series of numbers over steps, drawn with characters.
public struct LineChart: Sendable {
  /// One line of a chart.
  public struct Series: Sendable {
    /// Its name in the legend.
    public var name: String
    /// Where it goes: step and value. Points that are not finite are left out.
    public var points: [(x: Double, y: Double)]

    /// A series through `points`, in their order.
    public init(_ name: String, points: [(x: Double, y: Double)]) {
      self.name = Printable.line(name)
      self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
    }
  }

  private let series: [Series]
  private let axisName: String

  /// A chart of some series over one axis called `axisName`.
  public init(_ series: [Series], axisName: String) {
    self.series = series.filter { !$0.points.isEmpty }
    self.axisName = axisName
  }

  /// The colours of series, in their order; after the last it begins again.
  static let colours: [Style] = [.cyan, .yellow, .magenta, .green, .red, .blue]

  /// The chart, each line with a line feed; a sentence when there is nothing to draw.
  /// - Parameter rows: height of the field, without axis and legend.
  public func text(_ terminal: TerminalFacts, rows: Int) -> String {
    let points = series.flatMap(\.points)
    guard let across = ChartScale(points.lazy.map(\.x), mayBeLogarithmic: false),
      let up = ChartScale(points.lazy.map(\.y), mayBeLogarithmic: true)
    else { return "nothing to draw yet\n" }
    let frame = ChartFrame(across: across, up: up, rows: max(3, rows), columns: terminal.columns ?? 80, unicode: terminal.usesUnicode)
    // Two lines of dots look alike without colour, so then each series has a mark of its own.
    let braille = terminal.usesUnicode && (terminal.usesColour || series.count == 1)
    let canvas = draw(on: ChartCanvas(columns: frame.fieldColumns, rows: frame.rows, braille: braille), across: across, up: up)
    let painter = Painter(terminal)
    func paint(_ text: String, _ owner: Int) -> String { painter.paint(text, Self.colours[owner % Self.colours.count]) }
    var text = legend(paint: paint, braille: braille, isLogarithmic: up.isLogarithmic)
    for row in 0..<frame.rows {
      var line = frame.label(row: row) + canvas.row(row, paint: paint)
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    return text + frame.footer(axisName: axisName)
  }

  private func draw(on canvas: ChartCanvas, across: ChartScale, up: ChartScale) -> ChartCanvas {
    var canvas = canvas
    for (owner, series) in series.enumerated() {
      var last: (x: Int, y: Int)?
      for point in series.points {
        let place = (
          x: Int((across.position(point.x) * Double(canvas.width - 1)).rounded()),
          y: Int((up.position(point.y) * Double(canvas.height - 1)).rounded())
        )
        canvas.line(from: last ?? place, to: place, owner: owner)
        last = place
      }
    }
    return canvas
  }

  private func legend(paint: (String, Int) -> String, braille: Bool, isLogarithmic: Bool) -> String {
    let names = series.enumerated().map { owner, series in
      let mark = braille ? "⠒⠒" : String(ChartCanvas.mark(owner))
      let last = series.points.last.map { " " + NumberText.short($0.y) } ?? ""
      return paint(mark, owner) + " " + series.name + last
    }
    return names.joined(separator: "   ") + (isLogarithmic ? "   (logarithmic)" : "") + "\n"
  }
}
