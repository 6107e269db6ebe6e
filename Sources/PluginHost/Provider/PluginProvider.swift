import Basics
import PluginProtocol
import ProviderKit
import SafeCleanup
import TrainingModel

/// What every provider in another process does: asks, and reads the answer.
protocol PluginProvider: TrainingProvider, AccountCheck, SetupPower {
  var link: PluginLink { get }
}

extension PluginProvider {
  var id: ProviderID { link.opening.settings.id }
  var facts: PluginFacts { link.facts }

  func offers(for need: ResourceNeed) async throws(ProviderError) -> [Offer] {
    guard facts.can(.offers) else {
      let candidates = try await link.items(
        .candidates, CandidatesParameters(RentalNeed(resources: need, architectures: ["x86_64", "aarch64"])), WireCandidate.self)
      return candidates.map { $0.candidate(of: id).offer }
    }
    return try await link.items(.offers, OffersParameters(need), WireOffer.self).map { $0.offer(of: id) }
  }

  func launch(_ request: LaunchRequest, token: LaunchToken) async throws(ProviderError) -> Resource {
    let launch = PluginConnection.Launch(request: request, starter: link.opening.context.agent)
    let answer = try await link.ask(.launch, LaunchParameters(request, token: token), CreateResult.self, launch: launch)
    return answer.resource.resource(of: id)
  }

  func resources(_ scope: ListingScope, after page: PageToken?) async throws(ProviderError) -> ResourcePage {
    let gathered = Gathered<WireResource>()
    let answer = try await link.ask(.list, ListParameters(scope, after: page), ListResult.self, listener: gathered.listener)
    return answer.page(gathered.items + answer.items, of: id)
  }

  func status(of resource: ResourceID) async throws(ProviderError) -> ResourceState {
    try await link.ask(.get, ResourceParameters(resource), StateResult.self).state
  }

  func destroy(_ permit: consuming CleanupPermit) async throws(ProviderError) -> Destruction {
    try await link.ask(.delete, DeleteParameters(permit, withGrounds: facts.can(.grounds)), DeleteResult.self).destruction
  }

  func check() async -> [CheckResult] {
    let name = "\(facts.plugin.name) \(facts.plugin.version), protocol \(facts.protocol)"
    let started = CheckResult("plugin", .ok, "\(name): \(link.opening.file.path)")
    do throws(ProviderError) {
      if facts.can(.check) { return [started] + (try await link.items(.check, Nothing(), CheckResult.self)) }
      guard facts.kind == .renting else { return [started] }
      let account = try await link.ask(.account, Nothing(), AccountResult.self)
      return [started, CheckResult("account", .ok, "\(account.id), as \(account.account.identity)")]
    } catch {
      let hints = error.hints.isEmpty ? ["see what is wrong: `runpilot plugins test '\(link.opening.file.path)'`"] : error.hints
      return [started, CheckResult("account", .failed, error.message, hints: hints)]
    }
  }

  func setupSteps() async throws(ProviderError) -> [SetupStep] {
    guard facts.can(.setup) else { return [] }
    return try await link.items(.setupSteps, Nothing(), SetupStep.self)
  }

  func carryOut(_ step: SetupStep) async throws(ProviderError) {
    _ = try await link.ask(.setupCarryOut, SetupParameters(step), Nothing.self)
  }

  func settingsAfterSetup() async throws(ProviderError) -> [String] {
    guard facts.can(.setup) else { return [] }
    return try await link.items(.setupSettings, Nothing(), String.self)
  }
}

extension PluginProvider where Self: LogRecovery {
  func recoveredLog(of runUID: String, from offset: Int64) async throws(ProviderError) -> [UInt8]? {
    guard facts.can(.recoverLog) else { return nil }
    return try await link.bytes(.recoverLog, RecoverLogParameters(run: runUID, offset: offset))
  }
}
