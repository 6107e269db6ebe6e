public import CommandLineKit
public import TrainingModel

extension RunStatus: ArgumentChoice {}

/// The order of a listing, as typed.
struct SortOrder: ArgumentValue, Equatable {
  let order: RunQuery.Order

  static let newestFirst = SortOrder(order: .created)

  init(order: RunQuery.Order) { self.order = order }

  init?(argument: String) {
    switch argument {
    case "created": order = .created
    case "duration": order = .duration
    case "name": order = .name
    default:
      let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
      guard parts.first == "metric", parts.count == 2 || parts.count == 3, !parts[1].isEmpty else { return nil }
      switch parts.count == 3 ? parts[2] : nil {
      case nil: order = .metric(parts[1], ascending: MetricDirection(of: parts[1]) == .lower)
      case "asc": order = .metric(parts[1], ascending: true)
      case "desc": order = .metric(parts[1], ascending: false)
      default: return nil
      }
    }
  }

  var argumentText: String {
    switch order {
    case .created: "created"
    case .duration: "duration"
    case .name: "name"
    case .metric(let name, let ascending): "metric:\(name):\(ascending ? "asc" : "desc")"
    }
  }
  static var expectation: String { "created, duration, name, metric:NAME, metric:NAME:asc or metric:NAME:desc" }
}

/// Which end of a metric is the good one, told by its name; there is no other hint.
enum MetricDirection {
  case lower, higher

  init(of name: String) {
    let words = name.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
    self = words.contains(where: Self.lowerIsBetter.contains) ? .lower : .higher
  }

  private static let lowerIsBetter: Set<String> = [
    "loss", "error", "err", "mae", "mse", "rmse", "mape", "perplexity", "ppl", "wer", "cer", "fid", "time", "seconds", "latency", "nll",
    "bpb", "regret",
  ]

  /// Whether `one` is better than `other`.
  func prefers(_ one: Double, to other: Double) -> Bool { self == .lower ? one < other : one > other }
}

extension Completion {
  /// Ids of recent runs, asked of the program itself.
  static let runs = Completion.lines(of: ["list", "-q", "--limit", "50"])
  /// Names of configured providers.
  static let providers = Completion.lines(of: ["providers", "list", "-q"])
}
