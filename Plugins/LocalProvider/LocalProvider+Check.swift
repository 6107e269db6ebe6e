import Basics
public import ProviderKit
import Subprocessing
public import TrainingModel

extension LocalProvider: AccountCheck {
  /// The agent, a shell, and what runs Python scripts.
  public func check() async -> [CheckResult] { checkResults() }
}

extension LocalProvider {
  func checkResults() -> [CheckResult] {
    [agentCheck, program("shell", ["sh"], missing: .failed, "setup commands and `shell: true` need it"), python, gpus]
  }

  private var agentCheck: CheckResult {
    guard let executable = context.agent.executable else {
      return CheckResult(
        "agent", .failed, "runpilot-agent is not there", hints: ["build it: `swift build -c release --product runpilot-agent`"])
    }
    return CheckResult("agent", .ok, executable)
  }

  private var python: CheckResult {
    program("python", ["uv", "python3"], missing: .warning, "`runpilot run script.py` needs one of them")
  }

  private var gpus: CheckResult {
    CheckResult("gpu", .ok, devices.known.isEmpty ? "no NVIDIA GPU on this machine" : "\(devices.known.count) NVIDIA GPUs")
  }

  private func program(_ name: String, _ programs: [String], missing: CheckResult.Outcome, _ why: String) -> CheckResult {
    let found = programs.compactMap { ProgramSearch.find($0, environment: context.environment) }
    guard found.isEmpty else { return CheckResult(name, .ok, found.joined(separator: ", ")) }
    return CheckResult(name, missing, "neither of \(programs.joined(separator: ", ")) is in PATH: \(why)", hints: [])
  }
}
