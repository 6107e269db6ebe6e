/// How far an intent has come.
///
/// ```
/// intent ─▶ requested ─▶ observed ─▶ ready ─▶ deleting ─▶ absent
///    │          │            │       ▲ │ ▲        ▲
///    └──────────┴─▶ void     └───────┘ ▼ │        │
///                                     stopped ────┘
/// ```
public enum LedgerState: String, Sendable, Codable, CaseIterable {
  /// On disk; nothing was sent yet.
  case intent
  /// The request may have been sent.
  case requested
  /// The provider has named the resource.
  case observed
  /// It runs, or exists and can be used.
  case ready
  /// It costs less than when it runs, and can be started again.
  case stopped
  /// Its end was asked for.
  case deleting
  /// The provider has said twice, its consistency window apart, that it is gone.
  case absent
  /// It never existed.
  case void

  /// Whether nothing can cost money any more.
  public var isOver: Bool { self == .absent || self == .void }
}
