import Basics
import Configuration
import ControlAPI
import RunPilotCLI

/// Answers what commands ask about configuration: translates, and decides nothing.
struct ConfigurationDesk: ConfigurationService {
  private let configurator: Configurator

  init(_ configurator: Configurator) { self.configurator = configurator }

  func resolve(_ invocation: RunInvocation) async throws -> RunRequest {
    var overrides = RunOverrides()
    overrides.arguments = invocation.arguments
    overrides.provider = invocation.provider
    overrides.name = invocation.name
    overrides.tags = invocation.tags
    overrides.environment = invocation.environment
    overrides.secretNames = invocation.secretNames
    overrides.environmentFile = invocation.environmentFile
    overrides.params = invocation.params
    overrides.gpus = invocation.gpus
    overrides.maxDurationSeconds = invocation.maxDurationSeconds
    overrides.fallback = invocation.fallback
    overrides.spot = invocation.spot
    overrides.cheapest = invocation.cheapest
    overrides.maxPrice = invocation.maxPrice
    overrides.maxCost = invocation.maxCost
    overrides.forceLocal = invocation.forceLocal
    let resolution = try configurator.resolve(invocation.target, overrides)
    var request = RunRequest(spec: resolution.spec, secrets: resolution.secrets, notes: resolution.notes)
    request.sweep = resolution.sweep
    return request
  }

  func secrets(named names: [String], environmentFile: String?) async throws -> [String: Secret] {
    try configurator.secrets(named: names, environmentFile: environmentFile)
  }

  func settings() async throws -> [SettingLine] {
    try configurator.settings().map { SettingLine(name: $0.name, value: $0.value, origin: $0.origin.description) }
  }

  func set(_ key: String, to value: String, inProject: Bool) async throws -> SettingChange {
    let change = try configurator.set(key, to: value, inProject: inProject)
    return SettingChange(name: change.name, previous: change.previous, value: change.value, file: change.file)
  }

  func validate(_ path: String?) async throws -> [FileReview] {
    configurator.validate(path).map { FileReview(file: $0.file, problems: $0.findings.map(\.description)) }
  }

  func trust() async throws -> TrustReport { report(try configurator.trust()) }

  func trust(content: String) async throws -> TrustReport { report(try configurator.trust(content: content)) }

  func revokeTrust() async throws -> TrustReport { report(try configurator.revokeTrust()) }

  private func report(_ outcome: TrustOutcome) -> TrustReport {
    TrustReport(folder: outcome.folder, isTrusted: outcome.isTrusted, grants: outcome.grants, content: outcome.content)
  }
}
