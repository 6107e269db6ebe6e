import FoundationEssentials
public import TrainingModel

/// Sums by one thing that costs have.
public struct CostTally: Sendable {
  /// By what.
  public let grouping: CostGrouping
  /// A sum for each key. A charge with several tags is in the sum of each.
  public private(set) var groups: [String: CostSum] = [:]
  /// The sum of all, in which everything counts once.
  public private(set) var total = CostSum()

  /// Nothing yet.
  public init(by grouping: CostGrouping) { self.grouping = grouping }

  /// The key of what has none: no run, no project, no tag.
  public static let none = ""

  /// Adds a charge.
  public mutating func add(_ charge: CostCharge) {
    let sum = charge.sum
    total += sum
    for key in keys(of: charge) { groups[key, default: CostSum()] += sum }
  }

  /// Adds a sum that the ledger made for a key; it is not in the total, which the ledger sums apart.
  public mutating func add(_ sum: CostSum, to key: String) { groups[key, default: CostSum()] += sum }

  /// Adds to the total alone.
  public mutating func addToTotal(_ sum: CostSum) { total += sum }

  /// Groups, the dearest first; days in their order.
  public var lines: [CostLine] {
    let lines = groups.map { CostLine(key: $0.key, sum: $0.value) }
    if grouping == .day { return lines.sorted { $0.key < $1.key } }
    // Weighed once each: a division for every comparison is felt where there are thousands.
    let weighed = lines.map { (line: $0, weight: $0.sum.amounts.map(\.amount).max() ?? 0) }
    return weighed.sorted { $0.weight == $1.weight ? $0.line.key < $1.line.key : $0.weight > $1.weight }.map(\.line)
  }

  private func keys(of charge: CostCharge) -> [String] {
    let subject = charge.subject
    switch grouping {
    case .run: return [subject.runID?.rawValue ?? subject.runUID ?? Self.none]
    case .project: return [subject.project ?? Self.none]
    case .provider: return [subject.place.provider.rawValue]
    case .tag: return subject.tags.isEmpty ? [Self.none] : Array(Set(subject.tags))
    case .day: return [charge.day.description]
    }
  }
}
