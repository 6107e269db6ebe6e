import Basics
import BuiltinProviders
import FoundationEssentials
import Orchestration
import PluginHost
import ProviderKit
import RunPilotTesting
import RunStore
import SafeCleanup
import TrainingModel

/// A module, whether another process serves it, and whether its back end is asked over HTTP where there is a choice.
struct ContractWay: Sendable, CustomStringConvertible {
  let module: String
  let isWired: Bool
  var isREST = false
  var description: String { module + (isREST ? " by its REST API" : "") + (isWired ? ", over the wire" : "") }
}

/// One provider under test, with a home of its own and real agents.
final class ContractSubject: Sendable {
  let descriptor: ProviderDescriptor
  let provider: any TrainingProvider
  let home: TestHome
  let store: RunStore
  private let installation: String

  /// A subject on the provider's real back end; what is rented, in an account of its own at the tests' cloud.
  static func make(_ way: ContractWay) async throws -> ContractSubject {
    let isRented = BuiltinProviders.descriptors.first { $0.module == way.module }?.isRented ?? false
    guard isRented else { return try ContractSubject(way) }
    if way.module == "runpod" {
      let account = try await TestEngines.runPod.account()
      return try ContractSubject(
        way, settings: ["api_url": .string(account.engine.endpoint)], environment: ["RUNPOD_API_KEY": account.key])
    }
    if way.module == "lyceum" {
      let account = try await TestEngines.lyceum.account()
      return try ContractSubject(
        way, settings: ["api_url": .string(account.engine.endpoint)], environment: ["LYCEUM_API_KEY": account.key])
    }
    if way.module == "slurm" {
      var settings: [String: JSONValue] = ["mailbox": .string("file:///tmp/runpilot-contract-mailbox")]
      if way.isREST {
        settings["endpoint"] = .string(try TestEngines.clusterREST.endpoint)
        settings["token_command"] = .array(["scontrol", "token", "username=root"].map { .string($0) })
      }
      return try ContractSubject(
        way, settings: settings, environment: ["SLURM_CONF": try TestEngines.cluster.configuration])
    }
    let account = try await TestEngines.aws.account(AWSAccount.Settings())
    return try ContractSubject(way, settings: ["region": .string("us-east-1")], environment: account.environment())
  }

  private init(_ way: ContractWay, settings: [String: JSONValue] = [:], environment more: [String: String] = [:]) throws {
    guard let descriptor = BuiltinProviders.descriptors.first(where: { $0.module == way.module }) else {
      throw UnknownModule(name: way.module)
    }
    self.descriptor = descriptor
    home = try TestHome()
    store = RunStore(home: home.path)
    let folder = HomeFolder(home.path)
    installation = try folder.installation()
    let environment = home.environment(more)
    let launcher = AgentLauncher(executable: try BuiltProducts.path("runpilot-agent"), environment: environment)
    let context = ProviderContext(
      environment: environment, home: home.path, installation: installation, owner: "tester@here", agent: launcher, now: { Date() })
    let maker = way.isWired ? try Self.served(descriptor, home: home, environment: environment) : descriptor
    provider = try maker.make(ProviderSettings(id: ProviderID(way.module), module: way.module, values: settings), context)
  }

  /// The same module as a plugin, with a manifest that says what it serves; what goes over the wire is held against the schema.
  private static func served(_ descriptor: ProviderDescriptor, home: TestHome, environment: [String: String]) throws -> ProviderDescriptor {
    let path = home.project + "/served"
    let here = Paths.parent(of: #filePath)
    let words = [
      "/usr/bin/python3", here + "/wiretap.py", Paths.resolve("../../docs/plugin-protocol.schema.json", from: here),
      home.project + "/messages",
      try BuiltProducts.path("runpilot"), "plugins", "serve", descriptor.module,
    ]
    let script = "#!/bin/sh\nexec " + words.map { "'\($0)'" }.joined(separator: " ") + "\n"
    try Files.writeAtomically(Array(script.utf8), to: path, mode: 0o755)
    // What a provider looks for is its descriptor's business; here it gets what the provider itself would see.
    let credentials = environment.keys.filter { !["PATH", "HOME", "LANG", "RUNPILOT_HOME"].contains($0) }.sorted()
    let manifest: JSONValue = .object([
      "name": .string("served"), "kind": .string(descriptor.isRented ? "renting" : "near"),
      "credentials": .array(credentials.map { .string($0) }),
    ])
    try home.write("served.plugin.json", String(decoding: try JSON.encode(manifest), as: UTF8.self))
    let catalog = PluginCatalog(
      folders: PluginFolders(environment: [:], home: home.path, program: path), home: home.path, version: "test")
    return try catalog.descriptor(of: PluginFile(path))
  }

  /// What went over the wire so far: the names of messages, and `BAD …` for what does not fit the schema.
  func messages() throws -> [String] { try Files.readText(home.project + "/messages").split(separator: "\n").map(String.init) }

  /// An id of the provider's own form that names nothing.
  var unknownID: ResourceID {
    switch descriptor.module {
    case "aws": ResourceID("i-0123456789abcdef0")
    case "slurm": ResourceID("999999")
    default: ResourceID(UUID().uuidString.lowercased())
    }
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

  /// Launches a run as its kind of provider is launched: what is rented is composed first. The token makes it the same launch again.
  func launch(_ request: inout LaunchRequest) async throws -> Resource {
    guard let renting = provider as? any RentingProvider else {
      return try await provider.launch(request, token: LaunchToken(request.record.uid))
    }
    if request.rental == nil {
      let need = RentalNeed(resources: ResourceNeed(), architectures: ["x86_64"])
      guard let candidate = try await renting.candidates(for: need).first else { throw Incomplete() }
      let tags = [
        OwnershipTags.createdBy: "runpilot", OwnershipTags.installation: installation, OwnershipTags.owner: "tester",
        OwnershipTags.run: request.record.uid, OwnershipTags.intent: request.record.uid,
      ]
      let order = RentalOrder(
        token: LaunchToken(request.record.uid), tags: tags, bootScript: "#!/bin/sh\nsleep 600\n", name: "contract", need: need)
      request.rental = try await renting.compose(candidate, order)
    }
    return try await provider.launch(request, token: LaunchToken(request.record.uid))
  }

  /// Everything the provider lists for a run. Vendors go on listing for a while what is gone.
  func resources(_ scope: ListingScope) async throws -> [Resource] {
    var found: [Resource] = []
    var page: PageToken?
    repeat {
      let listing = try await provider.resources(scope, after: page)
      guard listing.isComplete else { throw Incomplete() }
      found += listing.resources.filter { $0.state != .gone }
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
