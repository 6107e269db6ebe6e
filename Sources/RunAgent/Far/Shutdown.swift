import Basics
import CSupport
import Glibc
import Subprocessing
import Synchronization

/// Shuts this machine down: as its own programs do, and when that does not help, by the kernel.
public final class Shutdown: MachineEnd {
  /// What is tried, one after the other, until one ends well.
  public static let programs = [["shutdown", "-h", "now"], ["poweroff"], ["busybox", "poweroff"]]

  private let programs: [[String]]
  private let environment: [String: String]
  private let powerOff: @Sendable () -> Void
  private let log: @Sendable (String) -> Void
  private let attempts = Mutex(0)

  /// An end of the machine.
  /// - Parameters:
  ///   - programs: the programs to ask; their output goes nowhere.
  ///   - powerOff: what to do when no program was willing, or the machine is still there when the end is asked for again; reboot(2) when nil.
  public init(
    programs: [[String]] = Shutdown.programs, environment: [String: String],
    powerOff: (@Sendable () -> Void)? = nil,
    log: @escaping @Sendable (String) -> Void
  ) {
    self.programs = programs
    self.environment = environment
    self.powerOff = powerOff ?? { _ = rp_power_off() }
    self.log = log
  }

  /// Asks the programs the first time, and the kernel every other.
  public func end() {
    let attempt = attempts.withLock { attempts in
      attempts += 1
      return attempts
    }
    if attempt == 1, programs.contains(where: ask) { return }
    log("no program shut the machine down: the kernel is asked")
    powerOff()
  }

  private func ask(_ words: [String]) -> Bool {
    do throws(SpawnError) {
      let child = try Child.spawn(SpawnRequest(words, environment: environment, workingFolder: "/"))
      // A shutdown that is under way may end this process before its program has ended.
      for _ in 0..<300 where child.end == nil { usleep(100_000) }
      guard child.end?.isSuccess ?? false else {
        log("`\(words.joined(separator: " "))` did not shut the machine down")
        return false
      }
      return true
    } catch {
      log(error.message)
      return false
    }
  }
}
