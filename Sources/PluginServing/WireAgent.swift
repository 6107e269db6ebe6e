import Dispatch
import PluginProtocol
import ProviderKit
import Synchronization
import TrainingModel

/// Has the host start an agent: it holds the run's lock and its secrets, which never come here.
struct WireAgent: AgentStarting {
  let wire: ServerWire
  let executable: String?

  func start(_ job: AgentJob, request: LaunchRequest) throws(ProviderError) -> AgentFacts {
    let answer = Mutex<Result<Message, WireFailure>?>(nil)
    let arrived = DispatchSemaphore(value: 0)
    do {
      try wire.ask(.agentStart, AgentStartParameters(run: request.record.uid, job: job)) { result in
        answer.withLock { $0 = result }
        arrived.signal()
      }
    } catch {
      throw ProviderError(.invalidRequest, "the job cannot be written down: \(error)")
    }
    arrived.wait()
    switch answer.withLock({ $0 }) {
    case .success(let message)?:
      do { return try message.result(AgentFacts.self) } catch {
        throw ProviderError(
          .vendorFault, "the host said of the agent what cannot be read: \(DecodingWords.describe(error))", effect: .unknown)
      }
    case .failure(let failure)?: throw failure.providerError(isMutation: true)
    case nil: throw ProviderError(.vendorFault, "the host said nothing of the agent", effect: .unknown)
    }
  }
}
