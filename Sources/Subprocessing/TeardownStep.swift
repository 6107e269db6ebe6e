import Glibc

/// One step in ending a process: a signal, and how long to wait for its effect before the next step.
public struct TeardownStep: Sendable, Equatable {
  /// The signal to send.
  public var signal: Int32
  /// How long the process gets.
  public var wait: Duration

  /// A step.
  public init(_ signal: Int32, wait: Duration) {
    self.signal = signal
    self.wait = wait
  }

  /// As Ctrl-C, then as `kill`, then as `kill -9`.
  public static func polite(grace: Duration) -> [TeardownStep] {
    [TeardownStep(SIGINT, wait: grace), TeardownStep(SIGTERM, wait: .seconds(5)), TeardownStep(SIGKILL, wait: .seconds(10))]
  }

  /// At once.
  public static let kill = [TeardownStep(SIGKILL, wait: .seconds(10))]
}
