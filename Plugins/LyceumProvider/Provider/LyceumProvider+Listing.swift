import Basics
public import FoundationEssentials
import Glibc
import HTTPTransport
public import ProviderKit
public import SafeCleanup
public import TrainingModel

extension LyceumProvider {
  /// All executions that run, or all machines that are not gone, in one request.
  public func resources(_ scope: ListingScope, after page: PageToken?) async throws(ProviderError) -> ResourcePage {
    guard page == nil else { throw ProviderError(.invalidRequest, "that page token is none of this provider's") }
    return ResourcePage(
      try await all().filter { resource in
        switch scope {
        case .ours, .managed: resource.intent != nil
        case .run(let uid): resource.runUID == uid
        case .everything: true
        }
      })
  }

  /// Everything of this product that is there.
  func all() async throws(ProviderError) -> [Resource] {
    let account = try await account().id
    guard settings.product == .executions else { return try await machineListing().map { resource($0, account: account) } }
    let found = try await client().ask(LyceumCall("/workloads/list", doing: "list executions"), as: [ExecutionAnswer].self) ?? []
    return found.map { resource($0, account: account) }
  }

  func resource(_ answer: ExecutionAnswer, account: String) -> Resource {
    let label = OwnershipName(answer.name ?? "")
    var resource = Resource(
      id: ResourceID(answer.id ?? ""), provider: id, kind: "machine", state: answer.state, runUID: label?.run)
    resource.name = answer.name
    resource.installation = label?.installation
    resource.owner = label?.owner
    resource.intent = label.map { IntentID($0.intent) }
    resource.launchedAt = ExecutionAnswer.time(answer.createdAt)
    resource.place = RentalPlace(provider: id, account: account, region: "lyceum", machine: answer.profile ?? "execution")
    return resource
  }

  /// How one execution stands.
  public func status(of resource: ResourceID) async throws(ProviderError) -> ResourceState {
    if settings.product == .machines { return try await machine(resource)?.state ?? .gone }
    var call = LyceumCall("/execution/streaming/\(Self.path(resource))/status", doing: "look at \(resource)")
    call.mayBeAbsent = true
    return try await client().ask(call, as: ExecutionAnswer.self)?.state ?? .gone
  }

  /// Aborts an execution.
  public func destroy(_ permit: consuming CleanupPermit) async throws(ProviderError) -> Destruction { try await end(permit.resource) }

  func end(_ resource: ResourceID) async throws(ProviderError) -> Destruction {
    if settings.product == .machines { return try await endMachine(resource) }
    if try await status(of: resource) == .gone { return .alreadyGone }
    var call = LyceumCall("/workloads/abort/\(Self.path(resource))", doing: "end \(resource)")
    (call.method, call.isMutation, call.mayBeAbsent) = ("POST", true, true)
    return try await client().send(call) == nil ? .alreadyGone : .pending(checkAgainIn: .seconds(5))
  }

  static func path(_ resource: ResourceID) -> String { PercentEncoding.encode(resource.rawValue) }
}

extension LyceumProvider: MachineLogs {
  /// What Lyceum has kept of an execution's output, also after its end, for a week.
  public func output(of resource: ResourceID) async throws(ProviderError) -> [UInt8]? {
    guard settings.product == .executions else { return nil }
    var call = LyceumCall("/logs/execution/\(Self.path(resource))?limit=5000&hours=168", doing: "read the log of \(resource)")
    call.mayBeAbsent = true
    guard let answer = try await client().ask(call, as: LogAnswer.self) else { return nil }
    return answer.logs.flatMap { Array($0.message.utf8) + ($0.message.hasSuffix("\n") ? [] : [0x0A]) }
  }
}

extension LyceumProvider: BillingProvider {
  /// What was billed for an execution that is over.
  public func bills(of resource: ResourceID, from start: Date, to end: Date) async throws(ProviderError) -> [Bill] {
    guard settings.product == .executions else { return [] }
    var call = LyceumCall("/execution/\(Self.path(resource))", doing: "ask what \(resource) has cost")
    call.mayBeAbsent = true
    guard let detail = try await client().ask(call, as: DetailAnswer.self), let billed = detail.billed,
      let from = ExecutionAnswer.time(detail.start), let to = ExecutionAnswer.time(detail.end)
    else { return [] }
    // It is whole: an execution that is over is billed to its end.
    return [Bill(from: from, to: max(to, end), amount: Money(billed))]
  }
}

extension LyceumProvider: AccountCheck {
  /// Key, account, credits, mailbox: in the order in which one would mend them.
  public func check() async -> [CheckResult] {
    var results: [CheckResult] = []
    do throws(ProviderError) {
      let found = try key()
      var info = stat()
      let isOpen = settings.keyFile != nil && stat(found.source, &info) == 0 && info.st_mode & 0o077 != 0
      results.append(
        CheckResult(
          "key", isOpen ? .warning : .ok, isOpen ? "\(found.source) can be read by others" : found.source,
          hints: isOpen ? ["`chmod 600 \(found.source)`"] : []))
      let user = try await who()
      results.append(CheckResult("account", user.isActive == false ? .failed : .ok, user.email ?? user.userID))
      if let credits = user.credits {
        results.append(CheckResult("credits", credits > 0 ? .ok : .failed, "\(credits)", hints: credits > 0 ? [] : ["buy some"]))
      }
    } catch {
      results.append(CheckResult(results.isEmpty ? "key" : "account", .failed, error.message, hints: error.hints))
    }
    results.append(
      settings.mailbox.map { CheckResult("mailbox", .ok, "\($0); executions open their run's part of it by a session of 36 hours at most") }
        ?? CheckResult(
          "mailbox", .failed, "no mailbox is set, so nothing can be rented",
          hints: ["add `mailbox = \"s3://bucket/prefix\"` to the provider's table in providers.toml"]))
    return results
  }
}
