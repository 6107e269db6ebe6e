import Basics
import Synchronization

/// Keeps within the quota that the API's answers tell of (`RateLimit`, a structured field: `"minute";r=0;t=12, "hour";r=2800;t=1812`).
///
/// A window that is used up closes the gate until it begins anew. A window that is nearly used up spreads what is left over its time, so that a
/// fleet's listings never meet a 429 that a launch would have to wait for.
final class RateGate: Sendable {
  /// One window: how many requests are left, and in how many seconds it begins anew.
  struct Window: Sendable, Equatable {
    var name: String
    var left: Int64
    var reset: Int64
  }

  /// Below this many the rest is spread.
  static let reserve: Int64 = 5

  private let closedUntil = Mutex<Duration>(.zero)

  /// Takes in what an answer says.
  /// - Parameter now: any clock that only goes forward.
  func learn(_ field: String?, now: Duration) {
    let waits = Self.windows(field).map(Self.wait)
    guard let longest = waits.max(), longest > .zero else { return }
    closedUntil.withLock { $0 = max($0, now + longest) }
  }

  /// How long to wait before the next request.
  func wait(now: Duration) -> Duration { closedUntil.withLock { max(.zero, $0 - now) } }

  static func wait(_ window: Window) -> Duration {
    if window.left <= 0 { return .seconds(window.reset) }
    return window.left < reserve ? .seconds(window.reset) / Int(window.left + 1) : .zero
  }

  /// Reads the field; what is not understood says nothing.
  static func windows(_ field: String?) -> [Window] {
    (field ?? "").split(separator: ",").compactMap { member in
      let parts = member.split(separator: ";").map { $0.trimmed() }
      guard let name = parts.first?.filter({ $0 != "\"" }), !name.isEmpty else { return nil }
      var values: [String: Int64] = [:]
      for part in parts.dropFirst() {
        let pair = part.split(separator: "=", maxSplits: 1)
        if pair.count == 2 { values[String(pair[0])] = Int64(pair[1]) }
      }
      guard let left = values["r"], let reset = values["t"], reset >= 0 else { return nil }
      return Window(name: name, left: left, reset: min(reset, 86_400))
    }
  }
}
