import Basics
import FoundationEssentials
import ProviderKit
import TrainingModel

/// A job on paper: sbatch's words and the script, as the ledger keeps it.
struct BatchRequest: Sendable, Codable, Equatable {
  /// The job's name, by which it is found again.
  var name: String
  /// Everything for sbatch but the script; empty when it is not for sbatch.
  var options: [String]
  /// The script, which sbatch reads from its input.
  var script: String
  /// The job's properties for slurmrestd; nil when it is for sbatch.
  var properties: [String: JSONValue]?
  /// Its part in an array; nil for a job by itself.
  var part: Part?

  /// A task of an array.
  struct Part: Sendable, Codable, Equatable {
    var index: Int
    /// How many of them may run at once.
    var parallel: Int
  }

  /// Variables that jobs always get of the environment of sbatch. Not all of it: that would take secrets along.
  static let usualVariables = [
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "MODULEPATH", "MODULESHOME", "SLURM_CONF",
  ]

  /// A job for slurmrestd.
  init(name: String, script: String, properties: [String: JSONValue], part: Part? = nil) {
    (self.name, self.script, self.properties, self.part) = (name, script, properties, part)
    options = []
  }

  /// A job for sbatch.
  /// - Parameter seconds: how long it may run; nil for the partition's own limit.
  init(_ candidate: RentalCandidate, _ order: RentalOrder, _ settings: SlurmSettings, seconds: Int64?) {
    let resources = order.need.resources
    let identity = BatchIdentity(order)
    (name, part) = (identity.name, identity.part)
    script = order.bootScript
    var words = [
      "--parsable", "--job-name=\(name)", "--comment=\(identity.comment)", "--partition=\(candidate.place.machine)",
      // A job that ran is only run again when its agent is told how to go on.
      order.mayRestart ? "--requeue" : "--no-requeue",
      "--dependency=\(identity.dependency)",
      "--nodes=\(order.need.nodes)", "--ntasks-per-node=1", "--output=/dev/null",
      "--export=\((Self.usualVariables + settings.export).joined(separator: ","))",
    ]
    if let cpus = resources.cpuMillis { words.append("--cpus-per-task=\((cpus + 999) / 1_000)") }
    if let memory = resources.memory { words.append("--mem=\((memory.bytes + (1 << 20) - 1) >> 20)M") }
    if let disk = resources.disk { words.append("--tmp=\((disk.bytes + (1 << 20) - 1) >> 20)M") }
    if case .count(let gpus) = resources.gpus, gpus > 0 {
      let type = candidate.offer.gpuType.map { "\($0):" } ?? ""
      words.append("--gres=gpu:\(type)\(gpus)")
    }
    if let seconds { words.append("--time=\(SlurmTime.minutes(seconds))") }
    for (option, value) in [
      ("account", settings.account), ("qos", settings.qos), ("constraint", settings.constraint), ("reservation", settings.reservation),
    ] {
      if let value { words.append("--\(option)=\(value)") }
    }
    options = words + settings.more
  }
}
