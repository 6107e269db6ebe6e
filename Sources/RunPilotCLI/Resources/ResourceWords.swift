import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// How a resource is put into words.
enum ResourceWords {
  /// What people call it: the provider's name for it, else the intent's beginning.
  static func id(_ view: ResourceView) -> String { view.row.resource?.rawValue ?? String(view.row.intent.rawValue.prefix(13)) }

  /// Its state, coloured by what it means for the bill.
  static func state(_ view: ResourceView) -> Cell {
    if view.standing == .foreign || view.standing == .another { return Cell(view.standing.rawValue, .dim) }
    // The provider has said so once; the second word, a while later, closes the row.
    if view.row.goneSaidAt != nil, !view.row.state.isOver { return Cell("gone", .dim) }
    if view.orphan != nil, !view.row.state.isOver { return Cell("\(view.row.state.rawValue) (orphan)", .red) }
    switch view.row.state {
    case .ready: return Cell("running", .green)
    case .intent, .requested, .observed: return Cell(view.row.state.rawValue, .yellow)
    case .deleting: return Cell("deleting", .yellow)
    case .stopped: return Cell("stopped", .cyan)
    case .absent: return Cell("gone", .dim)
    case .void: return Cell("never was", .dim)
    }
  }

  /// "0.526/h", "unknown".
  static func hourly(_ view: ResourceView) -> String {
    if view.row.state.isOver || view.row.goneSaidAt != nil { return "" }
    return view.hourly.map { "\($0.shortText)/h" } ?? "unknown"
  }

  /// "12.62", "≥ 1.20".
  static func cost(_ cost: RunCost?) -> String { cost.map { ($0.hasUnknown ? "≥ " : "") + $0.amount.shortText } ?? "unknown" }
}
