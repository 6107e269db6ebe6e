import AWSSupport
import Basics
import Bundling
import Cryptography
import DockerSupport
import FolderStorage
import FoundationEssentials
import HTTPClient
import HTTPTransport
import Orchestration
import ProviderKit
import ResourceTracking
import Retrying
import TrainingModel

/// What renting needs, put together when it is first asked for.
struct RentalAssembly {
  let environment: [String: String]
  let home: HomeFolder
  let program: String
  let owner: @Sendable () throws -> String?

  func world() -> RentalWorld {
    let (environment, home, agents) = (environment, home, FarAgents(environment: environment, program: program))
    return RentalWorld(
      tracker: { by in
        try ResourceTracker(home: home.path, installation: try home.installation(), by: by, now: { Date() }, warn: Self.warn)
      },
      mailbox: { settings in try Self.door(settings, environment, agents) }, farAgent: { try agents.path($0) },
      architectures: { agents.all().keys.sorted() }, container: Self.container, containerRunFolder: ContainerPlan.runFolder,
      bundler: Bundler(cache: home.path + "/cache/bundles", never: NeverPacked(more: Self.vendorsFiles)), configuredOwner: owner)
  }

  /// Where vendors' own programs keep credentials.
  private static let vendorsFiles = [
    ".aws/", ".azure/", ".config/gcloud/", ".docker/config.json", ".kube/config", ".runpod/", ".lyceum/", "wandb/settings",
    "application_default_credentials.json",
  ]

  private static func warn(_ words: String) {
    let line = Array("warning: \(words)\n".utf8)
    line.withUnsafeBytes { _ = Descriptor.writeAll($0, to: 2) }
  }

  // MARK: the mailbox

  /// Opens the store that a provider's `mailbox` names: `s3://bucket/prefix`, or `file:///folder` on a file system that both sides see.
  private static func door(_ settings: ProviderSettings, _ environment: [String: String], _ agents: FarAgents) throws -> MailboxDoor {
    guard let address = settings.values["mailbox"]?.stringValue, !address.isEmpty else {
      throw ProviderError(
        .invalidRequest, "provider '\(settings.id)' has no mailbox, through which home and machine could speak",
        // Only where the vendor has buckets of its own can one be made there.
        hints: (settings.module == "aws" ? ["make one: `runpilot providers setup \(settings.id)`"] : [])
          + ["add below [providers.\(settings.id)]: `mailbox = \"s3://BUCKET/PREFIX\"`"])
    }
    if address.hasPrefix("file:///") {
      let path = String(address.dropFirst("file://".count))
      guard let host = settings.values["host"]?.stringValue, !host.isEmpty else { return folder(path, FolderStore(path)) }
      return folder(path, RemoteFolderStore(path, by: try way(to: host, path, settings, environment, agents)))
    }
    guard address.hasPrefix("s3://") else {
      throw ProviderError(.invalidRequest, "'\(address)' is no mailbox", hints: ["write `mailbox = \"s3://BUCKET/PREFIX\"`"])
    }
    let parts = address.dropFirst(5).split(separator: "/", maxSplits: 1).map(String.init)
    guard let bucket = parts.first else { throw ProviderError(.invalidRequest, "'\(address)' names no bucket") }
    return try bucketDoor(bucket, prefix: parts.count > 1 ? parts[1] : "", settings, environment)
  }

  /// Over OpenSSH's client to a program of ours in the folder itself: the agent, by its content's hash.
  private static func way(
    to host: String, _ folder: String, _ settings: ProviderSettings, _ environment: [String: String], _ agents: FarAgents
  ) throws -> RemoteFolderStore.Way {
    let agent = try agents.path(settings.values["architecture"]?.stringValue ?? "x86_64")
    let programs = folder + "/programs"
    let program = try programs + "/agent-" + SHA256.hexDigest(ofFile: agent)
    let options = settings.values["ssh_options"]?.arrayValue?.compactMap(\.stringValue) ?? []
    let ssh = ["ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=15", "-o", "ServerAliveInterval=15"] + options + [host, "--"]
    let (there, place) = (ShellWord.quoted(program), ShellWord.quoted(programs))
    return RemoteFolderStore.Way(
      command: ssh + ["exec \(there) --store \(ShellWord.quoted(folder))"],
      install: ssh + ["umask 077; mkdir -p \(place) && cat > \(there).$$ && chmod 700 \(there).$$ && mv \(there).$$ \(there)"],
      program: { agent }, environment: environment, name: host)
  }

  private static func folder(_ path: String, _ store: any ObjectStore) -> MailboxDoor {
    let name = Paths.name(of: path)
    let address = StoreAddress(bucket: name, region: "", endpoint: "file://" + Paths.parent(of: path), credentials: .environment)
    return MailboxDoor(store: store, address: address, prefix: "")
  }

  private static func bucketDoor(_ bucket: String, prefix: String, _ settings: ProviderSettings, _ environment: [String: String]) throws
    -> MailboxDoor
  {
    // A provider that is the bucket's own vendor says once where it is and who asks; for others the mailbox has settings of its own.
    func setting(_ key: String) -> String? { (settings.values["mailbox_" + key] ?? settings.values[key])?.stringValue }
    let session = try AWSSession(
      AWSSession.Settings(region: setting("region"), profile: setting("profile"), endpoint: setting("endpoint")),
      in: surroundings(environment), retry: Retry(budgets: RetryBudgets()))
    let store = try session.bucket(bucket)
    let place = store.address
    let hasRole = !(settings.values["instance_profile"]?.stringValue ?? "").isEmpty
    let address = StoreAddress(
      bucket: bucket, region: place.endpoint.signingRegion,
      endpoint: place.endpoint.override == nil ? nil : "\(place.endpoint.origin)\(place.endpoint.path)", pathStyle: place.usesPath,
      credentials: hasRole ? .machine : .session)
    guard !hasRole else { return MailboxDoor(store: store, address: address, prefix: prefix) }
    return MailboxDoor(store: store, address: address, prefix: prefix) { mailbox, bundle, end in
      try await machineSession(mailbox, bundle, until: end, bucket: bucket, session)
    }
  }

  /// Opens one run's mailbox for a machine without a role.
  private static func machineSession(
    _ mailbox: MailboxLayout, _ bundle: BundleReference?, until end: Date, bucket: String, _ session: AWSSession
  ) async throws -> StoreSession {
    // Earlier attempts of the run are below its first one's base: what they have saved is read.
    let policy = MailboxPolicy(
      bucket: bucket, run: mailbox.attempt(1).base, readable: bundle.map { [mailbox.bundle(sha256: $0.sha256)] } ?? [],
      region: session.region.name)
    let name = "runpilot-" + mailbox.runUID.filter { $0 != "-" }.suffix(20)
    let lifetime = Duration.seconds(Int64(end.timeIntervalSinceNow.rounded(.up)))
    let made = try await session.session(named: name, policy: policy.document, lifetime: lifetime)
    guard let token = made.sessionToken, let expires = made.expires else {
      throw ProviderError(.vendorFault, "the session for the machine came without a token or an end")
    }
    // The account's own keys get an hour, whatever is asked for. Clocks and whole seconds are within a minute.
    guard expires.addingTimeInterval(60) >= end else {
      throw ProviderError(
        .invalidRequest,
        "the machine's session would end at \(Timestamp.format(expires)), before the machine must, at \(Timestamp.format(end))",
        hints: ["ask for less time: `--max-duration`", "or use a user's own keys, or give machines a role: `runpilot providers setup`"])
    }
    return StoreSession(accessKeyID: made.accessKeyID, secretAccessKey: made.secretAccessKey, sessionToken: token, expires: expires)
  }

  /// The world as the command line sees it.
  static func surroundings(_ environment: [String: String], transport: (any HTTPTransport)? = nil) -> AWSSurroundings {
    AWSSurroundings(
      environment: environment, readFile: { path throws(SystemError) in try Files.read(path, limit: 1 << 20) }, now: { Date() },
      transport: transport ?? HTTPClient(environment: environment),
      runProgram: { words throws(AWSConfigurationError) in
        try await CredentialProgram.output(of: words, environment: environment)
      })
  }

  // MARK: containers

  /// A container of the machine's own engine, whose version is asked there.
  private static func container(_ spec: RunSpec, _ record: RunRecord) -> ExecutorChoice {
    guard let image = spec.image, let engine = try? EngineEndpoint("unix:///var/run/docker.sock", source: "the machine's own engine") else {
      return .process
    }
    var options = ContainerOptions(engine: engine, apiVersion: "", image: image, installation: record.uid, owner: record.user ?? "")
    options.provider = spec.provider.rawValue
    options.user = spec.user
    options.network = spec.network
    options.passesGPUs = spec.resources.gpus.isWanted
    return options.choice()
  }
}
