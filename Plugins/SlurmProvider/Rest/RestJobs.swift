import FoundationEssentials

/// Jobs as the controller tells them: `/jobs`, `/job/NUMBER`.
struct RestJobs: Decodable {
  var jobs: [Job]

  struct Job: Decodable {
    var number: RestNumber
    var name: String?
    var state: RestWords?
    var why: String?
    var partition: String?
    var nodes: RestNumber?
    var start: RestNumber?
    var end: RestNumber?
    var user: String?
    var comment: String?
    var exit: RestExit?
    var array: RestNumber?
    var task: RestNumber?
    /// Tasks whose turn has not come, told as one job: `2-5,7%2`.
    var tasks: String?

    private enum CodingKeys: String, CodingKey {
      case name, partition, comment
      case array = "array_job_id"
      case task = "array_task_id"
      case tasks = "array_task_string"
      case number = "job_id"
      case state = "job_state"
      case why = "state_reason"
      case nodes = "node_count"
      case start = "start_time"
      case end = "end_time"
      case user = "user_name"
      case exit = "exit_code"
    }

    /// Where slurmrestd's machine does not know the cluster's users they are all nobody: then a job's name says whether it is one of ours at all.
    func mayBelong(to owner: String) -> Bool {
      user == owner || ["", "nobody"].contains(user ?? "") && name?.hasPrefix(ClusterJob.prefix) ?? false
    }

    /// One, or each of the tasks that are told together; none for a job without a number.
    var each: [ClusterJob] { ids.compactMap { job($0) } }

    /// The job that is meant, if it is one of these.
    func job(called id: String) -> ClusterJob? {
      // A long list of tasks is cut off, and may well go on with it.
      let mayGoOn = tasks?.contains("...") ?? false && ClusterJob.arrays([id]) == ["\(array?.value ?? 0)"]
      return ids.contains(id) || mayGoOn ? job(id) : nil
    }

    private var ids: [String] {
      guard let array = array?.value, array > 0 else { return number.value.map { ["\($0)"] } ?? [] }
      if let task = task?.value { return ["\(array)_\(task)"] }
      return BatchArray.numbers(in: tasks ?? "").map { "\(array)_\($0)" }
    }

    private func job(_ id: String) -> ClusterJob? {
      guard let number = number.value, number > 0, let state = state?.state, !state.isEmpty else { return nil }
      return ClusterJob(
        id: id, name: name ?? "", state: state, why: why, partition: partition ?? "", nodes: nodes?.value, start: start?.value,
        end: end?.value, user: user ?? "", tags: ClusterJob.tags(JobTags.read(comment ?? ""), of: id))
    }

    var ended: JobEnd { JobEnd(state: state?.state ?? "", code: exit?.text ?? "", why: why ?? "") }
  }
}

/// Jobs as the accounts tell them: `/jobs`, `/job/NUMBER` of the database. A job that was started again is there once for each time.
struct RestAccounts: Decodable {
  var jobs: [Job]

  struct Job: Decodable {
    var number: RestNumber
    var name: String?
    var state: State?
    var partition: String?
    var nodes: RestNumber?
    var time: Time?
    var user: String?
    var exit: RestExit?
    var tres: Resources?
    var cluster: String?
    var array: Membership?

    struct Membership: Decodable {
      var array: RestNumber?
      var task: RestNumber?

      private enum CodingKeys: String, CodingKey {
        case array = "job_id"
        case task = "task_id"
      }
    }
    struct State: Decodable {
      var current: RestWords?
      var reason: String?
    }
    struct Time: Decodable {
      var start: RestNumber?
      var end: RestNumber?
      /// Seconds, without those in which it was suspended.
      var elapsed: RestNumber?
    }
    struct Resources: Decodable {
      var allocated: [RestCluster.RestResource]?
    }

    private enum CodingKeys: String, CodingKey {
      case name, state, partition, time, user, tres, cluster, array
      case number = "job_id"
      case nodes = "allocation_nodes"
      case exit = "exit_code"
    }

    /// Nil for tasks whose turn has not come: the controller has them.
    var id: String? {
      guard let array = array?.array?.value, array > 0 else { return number.value.flatMap { $0 > 0 ? "\($0)" : nil } }
      return self.array?.task?.value.map { "\(array)_\($0)" }
    }

    /// Nil for a job without a number.
    var job: ClusterJob? {
      guard let id, let state = state?.current?.state, !state.isEmpty else { return nil }
      return ClusterJob(
        id: id, name: name ?? "", state: state, why: nil, partition: partition ?? "", nodes: nodes?.value,
        start: time?.start?.value, end: time?.end?.value, user: user ?? "", tags: [:])
    }

    /// Nil for one that has not begun.
    var stretch: JobStretch? {
      guard let start = SlurmTime.date(time?.start?.value) else { return nil }
      let allocated = tres?.allocated ?? []
      func count(_ type: String, _ names: (String) -> Bool = { _ in true }) -> Int64? {
        let counts = allocated.filter { $0.type == type && names($0.name ?? "") }.compactMap { $0.count?.value }
        return counts.isEmpty ? nil : counts.reduce(0, &+)
      }
      return JobStretch(
        start: start, end: SlurmTime.date(time?.end?.value), seconds: time?.elapsed?.value,
        nodes: count("node") ?? nodes?.value ?? 1, gpus: count("gres") { $0 == "gpu" } ?? count("gres") { $0.hasPrefix("gpu:") } ?? 0)
    }

    var ended: JobEnd { JobEnd(state: state?.current?.state ?? "", code: exit?.text ?? "", why: state?.reason ?? "") }
  }
}

/// How a job's script ended: the number that wait(2) gives, or an object that takes it apart.
struct RestExit: Decodable, Sendable, Equatable {
  /// `CODE:SIGNAL`; empty when it is not known.
  var text = ""

  private enum Key: String, CodingKey {
    case code = "return_code"
    case signal
  }
  private enum SignalKey: String, CodingKey { case number = "signal_id", id }

  init(from decoder: any Decoder) throws {
    if let raw = try? decoder.singleValueContainer().decode(Int64.self) {
      text = "\(raw >> 8 & 0xFF):\(raw & 0x7F)"
    } else if let parts = try? decoder.container(keyedBy: Key.self) {
      let code = (try? parts.decode(RestNumber.self, forKey: .code))?.value
      let signal = try? parts.nestedContainer(keyedBy: SignalKey.self, forKey: .signal)
      let number = (try? signal?.decode(RestNumber.self, forKey: .number)) ?? (try? signal?.decode(RestNumber.self, forKey: .id))
      text = "\(code ?? 0):\(number?.value ?? 0)"
    }
  }
}
