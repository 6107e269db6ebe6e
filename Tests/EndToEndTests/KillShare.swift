import FoundationEssentials

/// Which points of all are taken.
struct KillShare {
  private var first = 0
  private var step = 1

  /// - Parameter words: `all`, or `3/8` for every eighth from the third on; nil for a fifth that changes from day to day.
  init(_ words: String?, today: Date) throws {
    switch words {
    case nil: (first, step) = (Int(today.timeIntervalSince1970 / 86_400) % 5, 5)
    case "all": break
    case let words?:
      let numbers = words.split(separator: "/").compactMap { Int($0) }
      guard numbers.count == 2, numbers[0] >= 1, numbers[0] <= numbers[1] else {
        throw StageFailure(description: "RUNPILOT_KILL_POINTS is `all`, or such as `3/8`, and not '\(words)'")
      }
      (first, step) = (numbers[0] - 1, numbers[1])
    }
  }

  func of(_ points: [KillPoint]) -> [KillPoint] { stride(from: first, to: points.count, by: step).map { points[$0] } }
}
