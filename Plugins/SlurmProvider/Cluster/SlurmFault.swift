import Basics
import ProviderKit

/// What Slurm's programs say when they refuse (slurm_errno.h's texts, which sbatch prints behind `error:`).
enum SlurmFault {
  /// Texts, lower case, by what they mean. The first that is found counts: what leaves a doubt stands before all refusals, one of whose words may be in
  /// a remark of the cluster's own above it.
  private static let meanings: [(text: String, code: ProviderError.Code, effect: ProviderError.Effect)] = [
    ("timed out", .unreachable, .unknown), ("zero bytes were transmitted", .unreachable, .unknown),
    ("unable to contact slurm controller (connect", .unreachable, .none),
    // It was sent, or a part of it: `(send failure)`, `(receive failure)`, `(shutdown failure)`.
    ("unable to contact slurm controller", .unreachable, .unknown),
    ("invalid partition", .notFound, .none), ("partition name is not", .notFound, .none),
    ("invalid account", .forbidden, .none), ("invalid qos", .invalidRequest, .none),
    ("group not permitted", .notFound, .none), ("not permitted to use this partition", .notFound, .none),
    ("access/permission denied", .forbidden, .none), ("violates accounting/qos policy", .quotaExceeded, .none),
    ("time limit", .invalidRequest, .none), ("node configuration is not available", .noCapacity, .none),
    ("more processors requested", .noCapacity, .none), ("invalid feature", .invalidRequest, .none),
    ("invalid generic resource", .noCapacity, .none), ("memory specification", .noCapacity, .none),
    ("required partition not available", .noCapacity, .none), ("node count specification", .noCapacity, .none),
    ("requested reservation", .invalidRequest, .none), ("unrecognized option", .invalidRequest, .none),
    ("invalid option", .invalidRequest, .none), ("invalid job array", .invalidRequest, .none),
    ("job dependency problem", .invalidRequest, .none), ("too many", .quotaExceeded, .none),
    ("failed to fetch config", .unreachable, .none),
  ]

  /// What a text of Slurm's means; nil for one that nobody has seen.
  static func meaning(of text: String) -> (code: ProviderError.Code, effect: ProviderError.Effect)? {
    let lower = text.lowercased()
    return meanings.first { lower.contains($0.text) }.map { ($0.code, $0.effect) }
  }

  /// The error of a program that ended badly.
  static func error(_ outcome: ShellOutcome, doing: String, changes: Bool) -> ProviderError {
    let reason = outcome.reason
    if outcome.code == 127 {
      return ProviderError(
        .unreachable, "cannot \(doing): there are no Slurm programs here (\(reason))",
        hints: ["load or install them, or say where the cluster is: `host = \"login.cluster.example\"` in providers.toml"])
    }
    let known = meaning(of: outcome.errors)
    let effect: ProviderError.Effect = changes ? known?.effect ?? .unknown : .none
    return ProviderError(
      known?.code ?? .vendorFault, "cannot \(doing): \(reason)", vendorCode: "exit \(outcome.code)", effect: effect,
      hints: hints(known?.code))
  }

  private static func hints(_ code: ProviderError.Code?) -> [String] {
    switch code {
    case .some(.notFound): ["see which there are: `sinfo -s`", "name one: `partition = \"…\"` in providers.toml"]
    case .some(.forbidden): ["see what you may use: `sacctmgr show assoc user=$USER`", "name it: `account = \"…\"` in providers.toml"]
    case .some(.noCapacity): ["see what nodes have: `sinfo -N -l`", "ask for less under `resources:`"]
    case .some(.quotaExceeded): ["see your limits: `sacctmgr show assoc user=$USER`"]
    case .some(.unreachable): ["see whether the controller answers: `scontrol ping`"]
    default: ["try it by hand: `sinfo`"]
    }
  }
}
