public import FoundationEssentials

/// A run's part in a request that rents for many runs of a sweep at once.
public struct SweepShare: Sendable, Codable, Equatable {
  /// The sweep's label.
  public var label: String
  /// The run's number in the request, from zero.
  public var index: Int
  /// How many runs of the request may go on at once.
  public var parallel: Int
  /// What must have ended before any of them begins: earlier requests of the same sweep.
  public var after: [ResourceID]

  /// A part.
  public init(label: String, index: Int, parallel: Int, after: [ResourceID] = []) {
    self.label = label
    self.index = index
    self.parallel = parallel
    self.after = after
  }
}

/// The ids of what one request makes for many runs: one id whose last four hexadecimal digits count them.
///
/// So the one comment of such a request says of each thing that it makes which run and which row it is for: ownership travels in the call that
/// creates, and nothing has to be labelled afterwards.
public enum SweepMember {
  /// How many ids one base has.
  public static let most = 1 << 16

  /// The id of the member with number zero.
  public static func base(_ fresh: UUID) -> String { base(of: fresh.uuidString.lowercased()) }

  /// The base of a member's id.
  public static func base(of id: String) -> String { id.dropLast(4) + "0000" }

  /// Which member an id is of, from zero; nil for one that ends in no number.
  public static func index(of id: String) -> Int? { Int(id.suffix(4), radix: 16) }

  /// The id of a member.
  /// - Parameter index: from zero, below ``most``.
  public static func id(_ index: Int, of base: String) -> String {
    let digits = String(index, radix: 16)
    return base.dropLast(4) + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
