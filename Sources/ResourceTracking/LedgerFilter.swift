public import FoundationEssentials
import SQLite
public import TrainingModel

/// Which rows are wanted. Empty fields ask for nothing.
public struct LedgerFilter: Sendable, Equatable {
  /// Rows at one of these.
  public var providers: Set<ProviderID> = []
  /// Rows in one of these states.
  public var states: Set<LedgerState> = []
  /// Rows of one of these kinds.
  public var kinds: Set<String> = []
  /// The run's uid.
  public var runUID: String?
  /// The run's id in this home.
  public var runID: RunID?
  /// The run's project.
  public var project: String?
  /// A tag of the run.
  public var tag: String?
  /// Also what is absent or void.
  public var includesOver = false
  /// Also what is out of sight.
  public var includesForgotten = false
  /// Written at or after.
  public var createdFrom: Date?
  /// Written before.
  public var createdBefore: Date?
  /// At most so many, the newest; nil for all.
  public var limit: Int?

  /// All that may still cost money.
  public init() {}

  /// Everything, over and forgotten too.
  public static var everything: LedgerFilter {
    var filter = LedgerFilter()
    filter.includesOver = true
    filter.includesForgotten = true
    return filter
  }

  /// Conditions on the table `rows`, with `?` in the order of the values.
  var condition: (sql: String, values: [SQLValue]) {
    var terms: [String] = []
    var values: [SQLValue] = []
    func among(_ column: String, _ words: some Collection<String>) {
      guard !words.isEmpty else { return }
      terms.append("\(column) IN (\(words.map { _ in "?" }.joined(separator: ", ")))")
      values += words.sorted().map(SQLValue.text)
    }
    func require(_ term: String, _ value: SQLValue?) {
      guard let value else { return }
      terms.append(term)
      values.append(value)
    }
    among("rows.provider", providers.map(\.rawValue))
    among("rows.state", states.map(\.rawValue))
    among("rows.kind", kinds)
    require("rows.run_uid = ?", runUID.map(SQLValue.text))
    require("rows.run_id = ?", runID.map { .text($0.rawValue) })
    require("rows.project = ?", project.map(SQLValue.text))
    require("rows.id IN (SELECT row FROM tags WHERE tag = ?)", tag.map(SQLValue.text))
    require("rows.created >= ?", createdFrom.map { .integer(CostArithmetic.milliseconds($0)) })
    require("rows.created < ?", createdBefore.map { .integer(CostArithmetic.milliseconds($0)) })
    if !includesOver && states.isDisjoint(with: [.absent, .void]) { terms.append("rows.over = 0") }
    if !includesForgotten { terms.append("rows.forgotten = 0") }
    return (terms.isEmpty ? "1" : terms.joined(separator: " AND "), values)
  }
}
