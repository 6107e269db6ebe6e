import TerminalUI
import TrainingModel

/// A run's series as charts; series of one kind share a chart.
struct MetricPlots {
  let document: MetricsDocument
  /// Only these series; all when empty.
  let only: [String]
  let declared: [String]

  func text(_ terminal: TerminalFacts, rows: Int) -> String {
    let groups = Self.groups(names)
    if groups.isEmpty { return "no metrics yet\n" }
    return groups.map { group in
      let series = group.map { name in
        LineChart.Series(name, points: (document.timeSeries[name] ?? []).map { (x: Double($0.step), y: $0.value) })
      }
      return LineChart(series, axisName: "step").text(terminal, rows: rows)
    }.joined(separator: "\n")
  }

  /// What is drawn, in order.
  var names: [String] {
    let known = MetricChoice.first(.max, of: document.summary, declared: declared)
    return only.isEmpty ? known : only.filter { document.timeSeries[$0] != nil }
  }

  /// `train/loss` and `val_loss` are of one kind: their last words are the same. At most four share a chart.
  static func groups(_ names: [String]) -> [[String]] {
    var groups: [(kind: String, names: [String])] = []
    for name in names {
      let kind = name.split { !$0.isLetter && !$0.isNumber }.last.map { $0.lowercased() } ?? name
      if let index = groups.firstIndex(where: { $0.kind == kind && $0.names.count < 4 }) {
        groups[index].names.append(name)
      } else {
        groups.append((kind, [name]))
      }
    }
    return groups.map(\.names)
  }
}
