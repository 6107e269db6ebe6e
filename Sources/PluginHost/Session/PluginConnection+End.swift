import Basics
import Glibc
import PluginProtocol
import ProviderKit
import Subprocessing
import Synchronization

extension PluginConnection {
  /// How the process ended, as far as it can be told a moment after its stdout was closed.
  func farewell() -> String {
    for _ in 0..<200 where child.end == nil { usleep(5_000) }
    switch child.end {
    case nil: return "closed its stdout"
    case .exited(let code): return "ended with code \(code)"
    case .signalled(let signal): return "was ended by signal \(signal)"
    }
  }

  /// Ends the process if it has not ended, and tells everybody who waits.
  func finish(_ failure: PluginFailure?) {
    // Whoever is asked to end by the closing of its stdin gets the time; whoever broke the protocol does not.
    if failure == nil { awaitEnd(seconds: 5) }
    if child.end == nil {
      child.signalGroup(SIGTERM)
      awaitEnd(seconds: 5)
      child.signalGroup(SIGKILL)
      awaitEnd(seconds: 5)
    }
    dismissGuard()
    let failure = failure ?? .died("was shut down")
    let waiters = state.withLock { state in
      state.end = failure
      if case .violated = failure, state.waiters.isEmpty { state.untold = failure }
      state.queue = []
      defer { state.waiters = [:] }
      return state.waiters.values
    }
    for waiter in waiters { waiter.done(.failure(failure)) }
  }

  private func awaitEnd(seconds: Int) {
    for _ in 0..<(seconds * 200) where child.end == nil { usleep(5_000) }
  }

  /// Answers what the plugin asks, on a thread of its own: starting an agent waits for it.
  func serve(_ id: MessageID, _ method: String, _ message: Message) {
    do throws(SystemError) {
      try BackgroundThread.start { self.post(self.answer(id, method, message)) }
    } catch {
      post(Self.line(id, WireFailure(PluginProtocol.refusal, error.message, .init("internal", effect: "none"))))
    }
  }

  private func answer(_ id: MessageID, _ method: String, _ message: Message) -> [UInt8] {
    guard method == PluginMethod.agentStart.rawValue else {
      return Self.line(id, WireFailure(PluginProtocol.unknownMethod, "the host knows no method '\(method)'"))
    }
    let asked: AgentStartParameters
    do { asked = try message.parameters(AgentStartParameters.self) } catch {
      return Self.line(id, WireFailure(PluginProtocol.badParameters, DecodingWords.describe(error)))
    }
    guard let launch = state.withLock({ $0.launches[asked.run] }) else {
      return Self.line(
        id, WireFailure(PluginProtocol.refusal, "no launch of the run \(asked.run) is under way", .init("invalid", effect: "none")))
    }
    do throws(ProviderError) {
      let facts = try launch.starter.start(asked.job, request: launch.request)
      return (try? MessageWriter.result(id, facts)) ?? []
    } catch {
      return Self.line(id, WireFailure(error))
    }
  }

  private static func line(_ id: MessageID, _ failure: WireFailure) -> [UInt8] { (try? MessageWriter.failure(id, failure)) ?? [] }
}
