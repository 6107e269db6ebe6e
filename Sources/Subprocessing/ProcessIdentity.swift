import Basics
import FoundationEssentials
import Glibc

/// Which process is meant: a pid alone may be somebody else's tomorrow, a pid with its start time and boot may not.
public struct ProcessIdentity: Sendable, Hashable {
  /// Process id.
  public var pid: Int32
  /// Start time in clock ticks since boot: field 22 of /proc/PID/stat.
  public var startTime: UInt64
  /// The kernel's boot id.
  public var bootID: String

  /// An identity written down earlier.
  public init(pid: Int32, startTime: UInt64, bootID: String) {
    self.pid = pid
    self.startTime = startTime
    self.bootID = bootID
  }

  /// The process that has this number now; nil when there is none.
  public static func of(_ pid: Int32) -> ProcessIdentity? {
    guard let entry = ProcessTable().entry(pid), let boot = currentBoot else { return nil }
    return ProcessIdentity(pid: pid, startTime: entry.startTime, bootID: boot)
  }

  /// Whether that very process still runs; a zombie does not.
  public var isAlive: Bool {
    guard let entry = ProcessTable().entry(pid) else { return false }
    return entry.startTime == startTime && !entry.isDead && Self.currentBoot == bootID
  }

  /// Sends a signal to that very process, through a pidfd: never to another that got its number.
  /// - Returns: false when it is gone.
  @discardableResult
  public func signal(_ signal: Int32) -> Bool { ProcessSignal.send(signal, to: self) }

  /// The kernel's id of this boot; nil where /proc has none.
  public static let currentBoot: String? = {
    guard let data = try? Files.read("/proc/sys/kernel/random/boot_id") else { return nil }
    return String(decoding: data, as: UTF8.self).trimmed()
  }()
}
