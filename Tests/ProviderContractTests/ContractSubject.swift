import Basics
import BuiltinProviders
import FoundationEssentials
import Orchestration
import ProviderKit
import RunPilotTesting
import RunStore
import SafeCleanup
import TrainingModel

/// One provider under test, with a home of its own and real agents.
final class ContractSubject: Sendable {
  let descriptor: ProviderDescriptor
  let provider: any TrainingProvider
  let home: TestHome
  let store: RunStore
  private let installation: String

  init(module: String, settings: [String: JSONValue] = [:]) throws {
    guard let descriptor = BuiltinProviders.descriptors.first(where: { $0.module == module }) else { throw UnknownModule(name: module) }
    self.descriptor = descriptor
    home = try TestHome()
    store = RunStore(home: home.path)
    let folder = HomeFolder(home.path)
    installation = try folder.installation()
    let environment = home.environment()
    let launcher = AgentLauncher(executable: try BuiltProducts.path("runpilot-agent"), environment: environment)
    let context = ProviderContext(
      environment: environment, home: home.path, installation: installation, owner: "tester@here", agent: launcher, now: { Date() })
    provider = try descriptor.make(ProviderSettings(id: ProviderID(module), module: module, values: settings), context)
  }

  /// A run that is recorded and locked, waiting to be launched.
  func request(_ entrypoint: [String]) throws -> LaunchRequest {
    let uid = UUID().uuidString.lowercased()
    var spec = RunSpec(name: "contract", entrypoint: entrypoint, projectFolder: home.project, provider: ProviderID(descriptor.module))
    if descriptor.runsContainers {
      _ = try DockerEngine.require()
      spec.image = "runpilot-test/busybox:1"
      spec.network = "none"
    }
    let new = try store.create { [spec] id, folder in
      (RunRecord(id: id, uid: uid, spec: spec, runDir: folder.path, createdAt: Date()), [:])
    }
    return LaunchRequest(record: new.record, spec: spec, folder: new.folder, secrets: [:], seed: 1, lock: new.lock)
  }

  /// Everything the provider lists for a run.
  func resources(_ scope: ListingScope) async throws -> [Resource] {
    var found: [Resource] = []
    var page: PageToken?
    repeat {
      let listing = try await provider.resources(scope, after: page)
      guard listing.isComplete else { throw Incomplete() }
      found += listing.resources
      page = listing.next
    } while page != nil
    return found
  }

  /// A permit for a resource, from fresh facts.
  func permit(_ resource: Resource) throws -> CleanupPermit {
    let now = Date()
    let facts = CleanupFacts(resource: resource, listingComplete: true, gatheredAt: now, installation: installation, runIsAlive: false)
    return try CleanupSafety.review(facts, now: now)
  }
}

struct Incomplete: Error {}
struct UnknownModule: Error { let name: String }
