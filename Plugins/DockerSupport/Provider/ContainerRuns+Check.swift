import ProviderKit
public import TrainingModel

extension ContainerRuns {
  /// The engine and the agent; the client when the engine answered.
  public func check() async -> (results: [CheckResult], client: EngineClient?) {
    let agent = agentCheck
    do throws(ProviderError) {
      let client = try await connect()
      let server = client.serverName ?? "an engine"
      let found = "\(server), API \(client.version), at \(client.endpoint.address) (from \(client.endpoint.source))"
      return ([CheckResult("engine", .ok, found), agent], client)
    } catch {
      let hints = error.hints.isEmpty ? ["`docker version` tells more"] : error.hints
      return ([CheckResult("engine", .failed, error.message, hints: hints), agent], nil)
    }
  }

  private var agentCheck: CheckResult {
    guard let executable = context.agent.executable else {
      return CheckResult(
        "agent", .failed, "the agent 'runpilot-agent' is not beside runpilot",
        hints: ["build it: `make build`", "or say where it is: `export RUNPILOT_AGENT=/path/to/runpilot-agent`"])
    }
    return CheckResult("agent", .ok, executable)
  }
}
