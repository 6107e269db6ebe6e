import FoundationEssentials

/// The tags that say whose a resource is. They travel in the call that creates it.
public enum OwnershipTags {
  /// `runpilot`, on everything we make.
  public static let createdBy = "CreatedBy"
  /// Who pays and may destroy.
  public static let owner = "runpilot:owner"
  /// The random id of the home that made it.
  public static let installation = "runpilot:installation"
  /// The ledger's row.
  public static let intent = "runpilot:intent"
  /// The run's uid.
  public static let run = "runpilot:run"
  /// The run's project.
  public static let project = "runpilot:project"
  /// When it must be gone, RFC 3339.
  public static let expires = "runpilot:expires"
  /// `0.526 USD/h; <source>; <date>`.
  public static let rate = "runpilot:rate"
  /// Tags that protect when they are `true`, ours and the older program's.
  public static let protections = [
    "runpilot:protected", "runpilot:important", "runpilot:persistent", "runctl:protected", "runctl:important", "runctl:persistent",
  ]
  /// Protects until the time it holds, RFC 3339.
  public static let protectedUntil = "runpilot:protected-until"

  /// The tags of a row, with the rate of its compute meter.
  public static func tags(of row: LedgerRow) -> [String: String] {
    var tags = [
      createdBy: "runpilot", owner: row.owner, installation: row.installation, intent: row.intent.rawValue,
      rate: rateText(row.meters),
    ]
    tags[run] = row.runUID
    tags[project] = row.project
    tags[expires] = row.expiresAt.map { $0.formatted(.iso8601) }
    return tags
  }

  /// `0.526 USD/h; list price; 2026-07-20`, or `unknown`.
  private static func rateText(_ meters: [Meter]) -> String {
    guard let meter = meters.first(where: { $0.kind == .compute }) ?? meters.first, let hourly = meter.hourly else { return "unknown" }
    return ["\(hourly.amount) \(hourly.currency)/h", meter.source, meter.asOf].compactMap { $0 }.joined(separator: "; ")
  }
}
