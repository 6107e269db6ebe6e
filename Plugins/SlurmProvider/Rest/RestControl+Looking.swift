import Basics
import FoundationEssentials
import ProviderKit

extension RestControl {
  /// It tells all jobs of everybody, or one: which are meant is decided here.
  func queued(_ choice: JobChoice) async throws(ProviderError) -> [ClusterJob] {
    switch choice {
    case .number(let number):
      return try await jobs(Self.call(number, doing: "look at job \(number)")).compactMap { $0.job(called: number) }
    case .named(let name):
      return try await jobs(RestCall(.controller, "/jobs", doing: "ask whether the job is in the queue already"))
        .filter { $0.name == name }.flatMap(\.each)
    case .of(let user):
      // Other people's arrays may have millions of tasks: they are not taken apart.
      return try await jobs(RestCall(.controller, "/jobs", doing: "list jobs")).filter { $0.mayBelong(to: user) }.flatMap(\.each)
    }
  }

  /// A job by its number; for a task its array: of one task slurmrestd tells nothing.
  private static func call(_ number: String, doing: String) -> RestCall {
    RestCall(.controller, "/job/\(ClusterJob.arrays([number]).first ?? number)", doing: doing)
  }

  private func jobs(_ call: RestCall) async throws(ProviderError) -> [RestJobs.Job] {
    switch try await client.send(call) {
    case .body(let body): return try client.decode(body, call, as: RestJobs.self).jobs
    case .fault(let fault) where fault.isUnknownJob: return []
    case .fault(let fault): throw await client.error(fault, call)
    }
  }

  func accounted(_ choice: JobChoice, days: Int) async throws(ProviderError) -> [ClusterJob] {
    // A date alone is one of the cluster's own zone: a day more is asked for.
    let since = Timestamp.format(client.now().addingTimeInterval(-86_400 * Double(days + 1))).prefix(10)
    var query = [("start_time", String(since)), ("skip_steps", "true")]
    switch choice {
    case .named(let name): query.append(("job_name", name))
    case .of: break
    case .number(let number): return try await accounts(of: number).last.flatMap(\.job).map { [$0] } ?? []
    }
    var jobs: [ClusterJob] = []
    for job in try await accounts(RestCall(.accounts, "/jobs", query, doing: "ask the accounts for jobs that are over")).compactMap(\.job) {
      // Of one that was started several times the last time counts.
      jobs.removeAll { $0.id == job.id }
      jobs.append(job)
    }
    if case .of(let user) = choice { return jobs.filter { $0.user == user } }
    return jobs
  }

  func stretches(of number: String) async throws(ProviderError) -> [JobStretch] {
    try await accounts(of: number).compactMap(\.stretch).sorted { $0.start < $1.start }
  }

  /// All that the accounts have under a number.
  private func accounts(of number: String) async throws(ProviderError) -> [RestAccounts.Job] {
    let array = ClusterJob.arrays([number]).first ?? number
    let all = try await accounts(RestCall(.accounts, "/job/\(array)", doing: "ask the accounts for job \(number)"))
    return array == number ? all : all.filter { $0.id == number }
  }

  private func accounts(_ call: RestCall) async throws(ProviderError) -> [RestAccounts.Job] {
    switch try await client.send(call) {
    case .body(let body):
      let jobs = try client.decode(body, call, as: RestAccounts.self).jobs
      // Clusters that share a database have jobs of the same number.
      guard Set(jobs.map(\.cluster)).count > 1 else { return jobs }
      let own = try await identity().name
      return jobs.filter { $0.cluster == own }
    case .fault(let fault) where fault.isNothing || fault.isUnknownJob: return []
    case .fault(let fault): throw await client.error(fault, call)
    }
  }

  func end(of number: String) async throws(ProviderError) -> JobEnd? {
    let known = try await jobs(Self.call(number, doing: "ask how job \(number) ended"))
    if let job = known.first(where: { $0.job(called: number) != nil }) { return job.ended }
    guard try await identity().keepsAccounts else { return nil }
    return try await accounts(of: number).last?.ended
  }
}
