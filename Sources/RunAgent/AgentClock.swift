import Basics
public import FoundationEssentials
import Glibc

/// The agent's times. Wall time is read once; all later times are that plus what a clock measured that never jumps.
///
/// So a run's times agree with each other, and setting the machine's clock neither ends a job nor prolongs it.
public struct AgentClock: Sendable {
  private let startedAt: Date
  private let runningSinceBoot: @Sendable () -> Duration
  private let sinceBoot: @Sendable () -> Duration
  private let runningStart: Duration
  private let bootStart: Duration

  /// The kernel's clocks, from now on.
  public init() {
    self.init(startedAt: Date(), running: { Self.read(CLOCK_MONOTONIC) }, sinceBoot: { Self.read(CLOCK_BOOTTIME) })
  }

  /// A clock that starts now.
  ///
  /// - Parameters:
  ///   - startedAt: the wall time at this moment.
  ///   - running: a clock that stands still while the machine sleeps: what a job had of its time.
  ///   - sinceBoot: a clock that goes on then: when a deadline has come.
  public init(startedAt: Date, running: @escaping @Sendable () -> Duration, sinceBoot: @escaping @Sendable () -> Duration) {
    self.startedAt = startedAt
    runningSinceBoot = running
    self.sinceBoot = sinceBoot
    runningStart = running()
    bootStart = sinceBoot()
  }

  /// Time the machine was awake since the start.
  public var elapsed: Duration { runningSinceBoot() - runningStart }

  /// This moment by both clocks.
  var moment: AgentMoment { AgentMoment(awake: elapsed, real: sinceBoot() - bootStart) }

  /// Wall time.
  public var now: Date { startedAt.addingTimeInterval((sinceBoot() - bootStart).inSeconds) }

  /// Wall time in milliseconds since 1970.
  var milliseconds: Int64 { Int64((now.timeIntervalSince1970 * 1_000).rounded()) }

  private static func read(_ clock: Int32) -> Duration {
    var time = timespec()
    clock_gettime(clock, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}

/// A moment in time since the agent's start.
struct AgentMoment: Sendable, Equatable {
  /// Without the time the machine slept: what a job had.
  var awake: Duration
  /// With it: when a deadline has come.
  var real: Duration
}
