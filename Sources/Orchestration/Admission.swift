public import Basics
public import ProviderKit
public import TrainingModel

/// What can be refused before anything is recorded or started.
enum Admission {
  /// - Throws: ``RunRefused`` when the run asks for what its provider cannot do.
  static func check(_ spec: RunSpec, _ descriptor: ProviderDescriptor) throws(RunRefused) {
    if descriptor.runsContainers && spec.image == nil {
      throw RunRefused(
        message: "provider '\(spec.provider)' runs containers, and the run names no image",
        hints: ["add a line such as `image: python:3.11-slim` to the run file", "or run it on this machine: `--provider local`"])
    }
    if spec.resources.gpus.isWanted, let gpu = descriptor.powers.first(where: { $0.name == "gpu" }), !gpu.isAvailable {
      throw RunRefused(
        message: "provider '\(spec.provider)' cannot give a run GPUs: \(gpu.note)", hints: ["see which can: `runpilot providers list`"])
    }
  }

  /// What a spec for containers means on a provider that runs plain processes, with a word on each thing that is lost.
  static func withoutContainer(_ spec: RunSpec) -> (spec: RunSpec, warnings: [String]) {
    var spec = spec
    var warnings: [String] = []
    if let image = spec.image { warnings.append("the image \(image) was not used: the job ran on this machine itself") }
    if let workdir = spec.workdir, spec.image != nil {
      warnings.append("workdir \(workdir) is a path inside the image; the job ran in \(spec.projectFolder)")
      spec.workdir = nil
    }
    if !spec.mounts.isEmpty { warnings.append("mounts were not used: the job saw this machine's own paths") }
    if let network = spec.network { warnings.append("network \(network) was not used") }
    if let user = spec.user { warnings.append("user \(user) was not used") }
    spec.mounts = []
    spec.network = nil
    spec.user = nil
    return (spec, warnings)
  }
}

/// A run that cannot be started as it is written.
public struct RunRefused: ExitCoded {
  /// What is wrong with it.
  public let message: String
  /// How to mend it.
  public let hints: [String]
  /// 78.
  public var exitCode: ExitCode { .configuration }
}

/// A run of which nobody knows yet whether a machine was rented for it.
public struct RunInDoubt: ExitCoded {
  /// The open record.
  public let record: RunRecord
  /// What is known.
  public let cause: ProviderError

  /// What is known, with the run's id.
  public var message: String { "\(record.id): \(cause.message)" }
  /// How it is settled.
  public var hints: [String] { cause.hints }
  /// As the provider's code says.
  public var exitCode: ExitCode { cause.exitCode }
}

/// A run that was recorded, and could not be started.
public struct RunNeverStarted: ExitCoded {
  /// The closed record.
  public let record: RunRecord
  /// The provider's reason.
  public let cause: ProviderError

  /// The provider's message, with the run's id.
  public var message: String { "\(record.id) was not started: \(cause.message)" }
  /// The provider's hints.
  public var hints: [String] { cause.hints }
  /// As the provider's code says.
  public var exitCode: ExitCode { cause.exitCode }
}
