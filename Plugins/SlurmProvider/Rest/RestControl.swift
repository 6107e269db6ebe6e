import Basics
import FoundationEssentials
import HTTPTransport
import ProviderKit
import TrainingModel

/// A cluster by slurmrestd.
struct RestControl: ClusterControl {
  let client: RestClient
  /// Whose name stands in for a token that says none.
  let caller: String?

  var way: String { " by slurmrestd at \(client.endpoint.origin)\(client.endpoint.base)" }

  func access() async -> CheckResult? {
    let token: ClusterToken?
    do throws(ProviderError) { token = try await client.tokens.token() } catch {
      return CheckResult("token", .failed, error.message, hints: error.hints)
    }
    guard let token else { return client.endpoint.isSocket ? CheckResult("token", .ok, "none: the socket knows who calls") : nil }
    if client.endpoint.isOpen {
      return CheckResult(
        "token", .warning, "it can be read by others on its way to \(client.endpoint.origin)",
        hints: ["open a tunnel: `ssh -N -L 6820:HOST:6820 LOGIN`, and `endpoint = \"http://127.0.0.1:6820\"`", "or use https"])
    }
    if client.tokens.canRenew { return CheckResult("token", .ok, "made by token_command whenever one is needed") }
    guard let end = token.expires, end < client.now().addingTimeInterval(86_400) else {
      return CheckResult(
        "token", .ok, "\(TokenSource.variable), \(token.expires.map { "until \(Timestamp.format($0))" } ?? "without an end")")
    }
    return CheckResult(
      "token", .warning, "\(TokenSource.variable) ends at \(Timestamp.format(end)): a run that lasts longer is not seen from here then",
      hints: TokenSource.hints)
  }

  func identity() async throws(ProviderError) -> ClusterIdentity {
    let pings = try await client.ask(RestCall(.controller, "/ping", doing: "ask the cluster who it is"), as: RestCluster.Pings.self)
    guard let up = pings.pings?.first(where: \.isUp) else {
      // It is told down also when it does not take the token: then this says so.
      _ = try await client.ask(RestCall(.controller, "/diag", doing: "ask the cluster who it is"), as: Nothing.self)
      throw ProviderError(
        .unreachable, "cannot ask the cluster who it is: its controller is down", hints: ["see whether it answers: `scontrol ping`"])
    }
    let clusters = try await clusters()
    let host = up.hostname ?? ""
    // A database may be that of several clusters; versions before v0.0.40 do not say which one this is.
    let name =
      pings.meta?.slurm?.cluster ?? (clusters?.count == 1 ? clusters?.first?.name : nil)
      ?? clusters?.first { $0.controller?.host == host }?.name ?? (client.endpoint.isSocket ? host : client.endpoint.origin.hostField)
    return ClusterIdentity(
      name: name, version: pings.meta?.slurm?.release ?? "", user: try await user(), keepsAccounts: clusters != nil,
      countsGPUs: clusters?.first { $0.name == name }?.tres?.contains { $0.type == "gres" && $0.name == "gpu" } ?? false,
      longestArray: RestTasks(version: try await client.version()).longestArray)
  }

  /// Nil when there are no accounts: slurmrestd was started without them, or the cluster keeps none.
  private func clusters() async throws(ProviderError) -> [RestCluster.Clusters.Cluster]? {
    let call = RestCall(.accounts, "/clusters", doing: "ask whose accounts there are")
    switch try await client.send(call) {
    case .body(let body): return try client.decode(body, call, as: RestCluster.Clusters.self).clusters
    // A database that is away for a moment is none that is not there: the cluster would have another name meanwhile, and no past.
    case .fault(let fault) where fault.isRefusal || fault.status >= 500: throw fault.error(doing: call.doing, changes: false)
    case .fault: return nil
    }
  }

  private func user() async throws(ProviderError) -> String {
    if let user = client.user { return user }
    if let user = try await client.tokens.token()?.user ?? caller { return user }
    throw ProviderError(
      .invalidRequest, "the cluster's token does not say whose it is", hints: ["say it: `user = \"…\"` in providers.toml"])
  }

  func nodeGroups() async throws(ProviderError) -> [NodeGroup] {
    let doing = "ask which partitions there are"
    let partitions = try await client.ask(RestCall(.controller, "/partitions", doing: doing), as: RestCluster.Partitions.self)
    let nodes = try await client.ask(RestCall(.controller, "/nodes", doing: doing), as: RestCluster.Nodes.self)
    return RestCluster.groups(partitions, nodes)
  }

  func compose(_ candidate: RentalCandidate, _ order: RentalOrder, _ settings: SlurmSettings) throws(ProviderError) -> BatchRequest {
    try RestJob.request(candidate, order, settings)
  }

  private struct Nothing: Decodable {}

  private struct Submitted: Decodable {
    var job_id: RestNumber?
  }

  func submit(_ batch: BatchRequest) async throws(ProviderError) -> String {
    var call = RestCall(.controller, "/job/submit", doing: "submit the job")
    (call.method, call.body, call.isMutation) = ("POST", try RestJob.body(batch, version: try await client.version()), true)
    let body: [UInt8]
    switch try await client.send(call) {
    case .fault(let fault): throw await client.error(fault, call)
    case .body(let answer): body = answer
    }
    if let number = try client.decode(body, call, as: Submitted.self).job_id?.value, number > 0 { return "\(number)" }
    if let fault = RestFault(status: 200, body: body) { throw fault.error(doing: call.doing, changes: true) }
    throw ProviderError(.vendorFault, "slurmrestd gave no job number", effect: .unknown)
  }

  func cancel(_ number: String) async throws(ProviderError) -> Bool {
    if ClusterJob.task(of: number) != nil { try await prepareToCancel(task: number) }
    var call = RestCall(.controller, "/job/\(number)", doing: "cancel job \(number)")
    (call.method, call.isMutation) = ("DELETE", true)
    let told: RestFault?
    switch try await client.send(call) {
    case .fault(let fault): told = fault
    case .body(let body): told = RestFault(status: 200, body: body)
    }
    guard let told else { return true }
    if told.isUnknownJob { return false }
    throw await client.error(told, call)
  }

  /// A task that is taken out of its array before its turn leaves no trace; one that is held first is a job of its own, and its end is told.
  private func prepareToCancel(task number: String) async throws(ProviderError) {
    let tasks = RestTasks(version: try await client.version())
    guard tasks.canBeNamed else {
      throw ProviderError(
        .invalidRequest, "cannot cancel job \(number): this version of slurmrestd ends arrays as a whole",
        hints: ["do it on the cluster: `scancel \(number)`"])
    }
    guard tasks.canBeHeld else { return }
    var call = RestCall(.controller, "/job/\(number)", doing: "hold job \(number)")
    (call.method, call.body, call.isMutation) = ("POST", "{\"hold\":true}", true)
    // A task that runs cannot be held, and 22.05 says that it failed also when it did not.
    _ = try await client.send(call)
  }
}
