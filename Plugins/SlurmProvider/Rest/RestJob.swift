import Basics
import ProviderKit
import TrainingModel

/// A job on paper for slurmrestd: the same as ``BatchRequest`` says to sbatch, by the names of v0.0.38.
enum RestJob {
  /// - Throws: code `invalidRequest` for settings that only sbatch understands.
  static func request(_ candidate: RentalCandidate, _ order: RentalOrder, _ settings: SlurmSettings) throws(ProviderError) -> BatchRequest {
    let resources = order.need.resources
    let identity = BatchIdentity(order)
    var job: [String: JSONValue] = [
      "name": .string(identity.name), "comment": .string(identity.comment), "partition": .string(candidate.place.machine),
      // As for sbatch: run again only when its agent is told how to go on.
      order.mayRestart ? "requeue" : "no_requeue": .bool(true), "dependency": .string(identity.dependency),
      // Described as a list of two numbers, and then read as one node (22.05).
      "nodes": .string("\(order.need.nodes)"), "tasks_per_node": .int(1),
      "standard_output": .string("/dev/null"), "current_working_directory": .string("/"),
    ]
    // There is no sbatch whose environment a job could get: it gets that of a login of the user's on the node, and what sbatch tells srun.
    var environment: [String: JSONValue] = ["SLURM_GET_USER_ENV": .string("1"), "SLURM_NTASKS_PER_NODE": .string("1")]
    if let cpus = resources.cpuMillis.map({ ($0 + 999) / 1_000 }) {
      job["cpus_per_task"] = .int(cpus)
      environment["SLURM_CPUS_PER_TASK"] = .string("\(cpus)")
    }
    job["environment"] = .object(environment)
    if let memory = resources.memory { job["memory_per_node"] = .int((memory.bytes + (1 << 20) - 1) >> 20) }
    if let disk = resources.disk { job["temporary_disk_per_node"] = .int((disk.bytes + (1 << 20) - 1) >> 20) }
    if case .count(let gpus) = resources.gpus, gpus > 0 {
      job["gres"] = .string("gpu:" + (candidate.offer.gpuType.map { "\($0):" } ?? "") + "\(gpus)")
    }
    if let seconds = order.lifetimeSeconds { job["time_limit"] = .int((seconds + 59) / 60) }
    for (key, value) in [
      ("account", settings.account), ("qos", settings.qos), ("constraints", settings.constraint), ("reservation", settings.reservation),
    ] {
      if let value { job[key] = .string(value) }
    }
    guard settings.export.isEmpty else {
      throw ProviderError(
        .invalidRequest, "`export` hands on variables of sbatch's environment, and over slurmrestd there is none",
        hints: ["set them in the run file: `env: {\(settings.export[0]): …}`", "or in your login shell's files on the cluster"])
    }
    for option in settings.more { try add(option, to: &job) }
    return BatchRequest(name: identity.name, script: order.bootScript, properties: job, part: identity.part)
  }

  /// Options of sbatch that slurmrestd takes, too, and with the same values.
  private static let known = [
    "exclusive": "exclusive", "begin": "begin_time", "licenses": "licenses", "nice": "nice", "gres-flags": "gres_flags",
    "mail-type": "mail_type", "mail-user": "mail_user", "wckey": "wckey", "prefer": "prefer", "cluster-constraint": "cluster_constraint",
    "burst-buffer": "burst_buffer", "signal": "signal", "core-spec": "core_specification",
  ]

  private static func add(_ option: String, to job: inout [String: JSONValue]) throws(ProviderError) {
    let halves = option.split(separator: "=", maxSplits: 1).map(String.init)
    let word = halves.first.flatMap { $0.hasPrefix("--") ? String($0.dropFirst(2)) : nil } ?? ""
    guard let key = known[word], halves.count == 2 || word == "exclusive" else {
      throw ProviderError(
        .invalidRequest, "sbatch_options: \(option) cannot be said to slurmrestd",
        hints: [
          "it takes \(known.keys.sorted().map { "--\($0)=…" }.joined(separator: ", "))",
          "or go over ssh: `host = \"…\"` in place of `endpoint`",
        ])
    }
    job[key] = .string(halves.count == 2 ? halves[1] : word)
  }

  /// The document that is sent.
  static func body(_ batch: BatchRequest, version: String) throws(ProviderError) -> String {
    guard let properties = batch.properties else {
      throw ProviderError(
        .invalidRequest, "the job was written down for sbatch, and since then the provider has an `endpoint`",
        hints: ["start the run again, or take `endpoint` out of providers.toml to go on with this one"])
    }
    let job = version == "v0.0.38" || version == "v0.0.37" ? properties : try renamed(properties)
    do {
      let value = JSONValue.object(["script": .string(batch.script), "job": .object(job)])
      return String(decoding: try JSON.encode(value, compact: true), as: UTF8.self)
    } catch {
      throw ProviderError(.invalidRequest, "the job cannot be written down: \(error)")
    }
  }

  /// The same by the names and forms of v0.0.40 and later, which leave out what they do not know, with no more than a remark.
  private static func renamed(_ properties: [String: JSONValue]) throws(ProviderError) -> [String: JSONValue] {
    var job: [String: JSONValue] = [:]
    for (key, value) in properties {
      switch key {
      case "environment":
        let members = (value.objectValue ?? [:]).sorted { $0.key < $1.key }
        job[key] = .array(members.map { .string("\($0.key)=\($0.value.stringValue ?? "")") })
      case "no_requeue": job["requeue"] = .bool(false)
      case "gres": job["tres_per_node"] = .string("gres/" + (value.stringValue ?? ""))
      case "memory_per_node", "time_limit": job[key] = .object(["set": .bool(true), "infinite": .bool(false), "number": value])
      case "exclusive": job["shared"] = .array([value == .string("exclusive") ? .string("none") : value])
      case "nice", "core_specification": job[key] = value.stringValue.flatMap { Int64($0) }.map { .int($0) } ?? value
      case "mail_type": job[key] = .array((value.stringValue ?? "").split(separator: ",").map { .string(String($0)) })
      case "signal", "gres_flags":
        let option = key == "signal" ? "--signal" : "--gres-flags"
        throw ProviderError(
          .invalidRequest, "sbatch_options: \(option) cannot be said to this version of slurmrestd",
          hints: ["leave it out", "or go over ssh: `host = \"…\"` in place of `endpoint`"])
      default: job[key] = value
      }
    }
    return job
  }
}
