import Basics
import ControlAPI
import FoundationEssentials
import RunPilotCLI
import Synchronization
import TrainingModel

/// An account with a bucket and without a role.
final class FakeSetup: Sendable {
  private let done = Mutex<Set<String>>(["bucket"])
  /// How often prices were renewed.
  let refreshed = Mutex(0)

  var setup: ProviderSetup {
    done.withLock { done in
      ProviderSetup(
        steps: [
          SetupStep("bucket", "bucket mail", isDone: done.contains("bucket"), note: "it has rules of its own"),
          SetupStep("role", "role machine, for machines only", document: "{\"Version\":\"2012\"}", isDone: done.contains("role")),
        ], settings: ["mailbox = \"s3://mail/runs\""])
    }
  }

  func carryOut(_ step: SetupStep) {
    done.withLock { _ = $0.insert(step.id) }
  }
}

/// Two providers, one of which cannot be used.
struct FakeProviders: ProviderService {
  var failing: Set<ProviderID> = []
  /// What there is to rent, in place of three simple machines.
  var shelf: [Offer] = []

  func providers() async throws -> [ProviderSummary] {
    [
      ProviderSummary(
        id: "local", module: "local", summary: "Processes of this machine", isDefault: true, origin: "built-in",
        powers: [.init(name: "gpu", available: false, note: "this machine has none")],
        settings: [.init(name: "python", value: nil, summary: "Interpreter of .py scripts; uv or python3 when not set")], credentials: []),
      ProviderSummary(
        id: "boxes", module: "containers", summary: "Containers of an engine", isDefault: false,
        origin: "/home/me/project/providers.toml:4",
        powers: [.init(name: "gpu", available: true, note: "by device requests")], settings: [], credentials: ["ENGINE_HOST"]),
    ]
  }

  func check(_ id: ProviderID) async throws -> [CheckResult] {
    failing.contains(id)
      ? [CheckResult("engine", .failed, "no engine answers at /run/engine.sock", hints: ["start it: `sudo systemctl start engine`"])]
      : [CheckResult("engine", .ok, "version 27.3"), CheckResult("disk", .warning, "only 2 GiB free")]
  }

  func offers(for need: ResourceNeed, in markets: Set<RentalPlace.Market>, from id: ProviderID?) async throws -> OfferList {
    let failures = failing.map { "\($0): no answer" }
    let onSale = shelf.filter { markets.contains($0.isSpot ? .spot : .onDemand) }
    guard shelf.isEmpty else {
      return OfferList(OfferOrder.usual(for: need).sorted(onSale), failures: failures, refusals: ["batch: no partition has 8 GPUs"])
    }
    func offer(_ machine: String, _ price: Int?) -> Offer {
      var offer = Offer(
        provider: "boxes", machine: machine, gpuType: need.gpuType, gpuCount: need.gpuType == nil ? 0 : 8,
        pricePerHour: price.map { Money(Decimal($0)) }, priceSource: price.map { _ in "list price" })
      offer.pricedOn = price.map { _ in "2026-11-20" }
      return offer
    }
    return OfferList([offer("small", 1), offer("large", 40), offer("secret", nil)], failures: failures)
  }

  func refreshPrices(for need: ResourceNeed, from id: ProviderID?) async throws -> [String] {
    made.refreshed.withLock { $0 += 1 }
    return failing.map { "\($0): prices were not renewed" }
  }

  let made = FakeSetup()
  func setup(_ id: ProviderID) async throws -> ProviderSetup { made.setup }
  func carryOut(_ step: SetupStep, of id: ProviderID) async throws { made.carryOut(step) }
}

/// Configuration that resolves everything to a local run.
final class FakeConfiguration: ConfigurationService, Sendable {
  let invocations = Mutex<[RunInvocation]>([])
  /// The content that was trusted.
  let trusted = Mutex<String?>(nil)
  let problems: [String]
  let notes: [String]

  init(problems: [String] = [], notes: [String] = []) {
    self.problems = problems
    self.notes = notes
  }

  func resolve(_ invocation: RunInvocation) async throws -> RunRequest {
    invocations.withLock { $0.append(invocation) }
    if invocation.target == "missing.yaml" {
      throw FakeRuns.Failing(
        message: "missing.yaml: no such file", hints: ["did you mean `runpilot run train.yaml`?"], exitCode: .badInput)
    }
    var spec = RunSpec(
      name: invocation.name ?? "digits", entrypoint: ["python3", "train.py"] + invocation.arguments, projectFolder: "/home/me/digits",
      provider: ProviderID(invocation.provider ?? "local"))
    spec.params = invocation.params
    spec.tags = invocation.tags
    var request = RunRequest(spec: spec, notes: notes)
    if invocation.target == "sweep.yaml" { request.sweep = Sweep(axes: [Sweep.Axis("n", [.int(1), .int(2), .int(3)])], maxParallel: 2) }
    return request
  }

  func secrets(named names: [String], environmentFile: String?) async throws -> [String: Secret] {
    Dictionary(uniqueKeysWithValues: names.map { ($0, Secret("value of \($0)")) })
  }

  func settings() async throws -> [SettingLine] {
    [
      SettingLine(name: "default", value: "local", origin: "/home/me/.runpilot/providers.toml:1"),
      SettingLine(name: "max_duration", value: "2h", origin: "default"),
    ]
  }

  func set(_ key: String, to value: String, inProject: Bool) async throws -> SettingChange {
    SettingChange(name: key, previous: "local", value: value, file: inProject ? "/p/providers.toml" : "/h/providers.toml")
  }

  func validate(_ path: String?) async throws -> [FileReview] { [FileReview(file: path ?? "/p/runpilot.yaml", problems: problems)] }

  func trust() async throws -> TrustReport { report(isTrusted: trusted.withLock { $0 != nil }) }

  func trust(content: String) async throws -> TrustReport {
    trusted.withLock { $0 = content }
    return report(isTrusted: true)
  }

  func revokeTrust() async throws -> TrustReport {
    trusted.withLock { $0 = nil }
    return report(isTrusted: false)
  }

  private func report(isTrusted: Bool) -> TrustReport {
    TrustReport(
      folder: "/p", isTrusted: isTrusted, grants: ["providers.far.endpoint = https://example.org (providers.toml:3)"], content: "c0ffee")
  }
}
