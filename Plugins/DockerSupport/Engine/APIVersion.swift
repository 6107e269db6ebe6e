/// A version of the engine's API, such as 1.41.
public struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
  private let major: Int
  private let minor: Int

  init(_ major: Int, _ minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Reads `1.41`; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let major = parts[0], let minor = parts[1], major >= 0, minor >= 0 else { return nil }
    self.init(major, minor)
  }

  /// The oldest that has GPU requests.
  public static let oldest = APIVersion(1, 40)
  /// The newest we speak. Some engines of 2025 and 2026 refuse anything older.
  public static let newest = APIVersion(1, 44)

  /// By number.
  public static func < (left: APIVersion, right: APIVersion) -> Bool { (left.major, left.minor) < (right.major, right.minor) }

  /// `1.41`.
  public var description: String { "\(major).\(minor)" }
}
