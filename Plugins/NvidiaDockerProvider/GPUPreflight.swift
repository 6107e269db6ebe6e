import DockerSupport
import ProviderKit
import Subprocessing
import TrainingModel

/// What this machine and the engine say about GPUs before a job asks for them.
struct GPUPreflight: Sendable {
  /// The GPUs that the driver lists, one line each; nil when there is no driver to ask.
  var listed: [String]?
  /// Why not.
  var driverProblem: String?
  /// Whether the engine names a runtime for them, or folders of device descriptions.
  var engineKnowsThem: Bool
  /// Whether the engine may stand on another machine, whose driver cannot be asked.
  var isElsewhere: Bool
  /// Whose engine it is.
  var make = EngineMake.docker

  /// Asks both.
  static func gather(_ client: EngineClient, environment: [String: String]) async throws(ProviderError) -> GPUPreflight {
    async let driver = Self.askDriver(environment)
    let info: EngineInfo
    do throws(EngineError) { info = try await client.info() } catch { throw ProviderError(error) }
    let (listed, problem) = await driver
    return GPUPreflight(
      listed: listed, driverProblem: problem, engineKnowsThem: info.runtimes?["nvidia"] != nil || info.deviceFolders?.isEmpty == false,
      isElsewhere: client.endpoint.mayBeElsewhere, make: EngineMake(serverName: client.serverName))
  }

  private static func askDriver(_ environment: [String: String]) async -> ([String]?, String?) {
    do throws(SpawnError) {
      let outcome = try await Command(["nvidia-smi", "-L"], environment: environment, deadline: .seconds(20)).run()
      guard outcome.end.isSuccess else {
        let words = outcome.errorText.isEmpty ? outcome.text : outcome.errorText
        return (nil, "`nvidia-smi -L` fails: \(words.split(whereSeparator: \.isNewline).first ?? "it says nothing")")
      }
      return (outcome.text.split(whereSeparator: \.isNewline).map(String.init).filter { $0.hasPrefix("GPU ") }, nil)
    } catch {
      return (nil, "there is no `nvidia-smi`, which comes with the driver")
    }
  }

  /// Refuses what cannot work. Where this machine cannot tell, the engine is asked by starting the job.
  func review(_ need: GPUNeed) throws(ProviderError) {
    if let problem = make.gpuProblem { throw refusal(problem.message, problem.hints) }
    if let listed, !isElsewhere {
      guard !listed.isEmpty else { throw refusal("the NVIDIA driver of this machine lists no GPU", ["see what it says: `nvidia-smi`"]) }
      if case .count(let wanted) = need, wanted > listed.count {
        throw refusal("the run wants \(wanted) GPUs, and this machine has \(listed.count)", ["ask for fewer: `--gpus \(listed.count)`"])
      }
    }
    if listed == nil && !engineKnowsThem {
      throw refusal(
        "the run wants GPUs, and there are none to hand out: \(driverProblem ?? "no driver"), and the engine has no NVIDIA runtime",
        [
          "see what is missing: `runpilot providers check nvidia-docker`", "run it without: `--gpus 0`, or `gpu: false` in the run file",
        ])
    }
  }

  private func refusal(_ message: String, _ hints: [String]) -> ProviderError { ProviderError(.noCapacity, message, hints: hints) }

  /// How many GPUs a need means here.
  func count(of need: GPUNeed) -> Int {
    switch need {
    case .none: 0
    case .all: listed?.count ?? 0
    case .count(let count): count
    case .ids(let ids): ids.count
    }
  }

  /// As `providers check` shows it.
  var results: [CheckResult] {
    let driver: CheckResult =
      if let listed {
        CheckResult(
          "driver", listed.isEmpty ? .failed : .ok, listed.isEmpty ? "the driver lists no GPU" : listed.joined(separator: "; "),
          hints: listed.isEmpty ? ["see what it says: `nvidia-smi`"] : [])
      } else {
        CheckResult(
          "driver", isElsewhere ? .warning : .failed, driverProblem ?? "there is no driver to ask",
          hints: ["install the NVIDIA driver of your distribution, such as `sudo apt-get install nvidia-driver`, and restart"])
      }
    if let problem = make.gpuProblem { return [driver, CheckResult("engine's GPUs", .failed, problem.message, hints: problem.hints)] }
    let toolkit =
      engineKnowsThem
      ? CheckResult("toolkit", .ok, "the engine has an NVIDIA runtime or device descriptions")
      : CheckResult(
        "toolkit", .warning, "the engine names no NVIDIA runtime; GPUs work all the same where the toolkit's hook is installed",
        hints: ["`sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker`"])
    return [driver, toolkit]
  }
}
