import Basics
import FoundationEssentials
public import ProviderKit
public import TrainingModel

extension SlurmProvider: RentingProvider {
  /// The cluster, and the user there.
  public func account() async throws(ProviderError) -> RentalAccount {
    let cluster = try await cluster()
    return RentalAccount(id: cluster.name, identity: "\(cluster.user)@\(cluster.name)")
  }

  /// The controller knows a job before it says its number.
  public var consistencyWindow: Duration { .seconds(5) }

  /// A batch job.
  public var bootForm: BootForm { .job(folder: (try? settings.workFolder()) ?? "", queueSeconds: settings.queueSeconds) }

  /// A cluster's nodes are everybody's: a job ends, and the node stays.
  public var machineEnd: String { FarOrder.leave }

  /// A job that others pushed aside, or whose node failed, is put into the queue again (`--requeue`).
  public var restartCounter: String? { "SLURM_RESTART_COUNT" }

  /// srun, with what frameworks ask for: `torchrun --nnodes=$RUNPILOT_NODES --node_rank=$RUNPILOT_NODE_RANK --master_addr=$MASTER_ADDR …`.
  public var launcher: [String] {
    // Each node's own words; the address is where srun was called: the first node, beside the agent. Of all exit codes the first that is none of
    // success is the job's: the others are those of the killed.
    let node = """
      export RUNPILOT_NODE_RANK="$SLURM_PROCID" RUNPILOT_NODES="$SLURM_NTASKS" MASTER_ADDR="$SLURM_LAUNCH_NODE_IPADDR"
      export MASTER_PORT="${MASTER_PORT:-$((20000 + SLURM_JOB_ID % 10000))}"
      export RUNPILOT_MASTER_ADDR="$MASTER_ADDR" RUNPILOT_MASTER_PORT="$MASTER_PORT"
      "$@"
      code=$?
      if [ $code != 0 ]; then (set -C; echo $code > "$FIRST") 2> /dev/null; fi
      exit $code
      """
    // One node that fails ends all. What the job was given is each task's.
    let start = """
      export FIRST="$RUNPILOT_RUN_DIR/.agent/first-failure"
      rm -f "$FIRST"
      if [ -n "$SLURM_CPUS_PER_TASK" ]; then export SRUN_CPUS_PER_TASK="$SLURM_CPUS_PER_TASK"; fi
      # Signals reach srun by themselves; this shell only waits for what becomes of them.
      trap : INT TERM
      srun --disable-status --kill-on-bad-exit=1 --export=ALL --nodes="$SLURM_JOB_NUM_NODES" --ntasks="$SLURM_JOB_NUM_NODES" --ntasks-per-node=1 \\
        sh -c "$NODE" node "$@"
      code=$?
      if [ -s "$FIRST" ]; then exit "$(cat "$FIRST")"; fi
      exit $code
      """
    return ["env", "NODE=\(node)", "sh", "-c", start, "nodes"]
  }

  /// The partitions that have what is asked for, at the settings' prices.
  public func offers(for need: ResourceNeed) async throws(ProviderError) -> [Offer] {
    try await candidates(for: RentalNeed(resources: need, architectures: [settings.architecture])).map(\.offer)
  }

  /// The partitions that a run may go to: those of the settings in their order, else the cluster's default, and then every other that fits.
  public func candidates(for need: RentalNeed) async throws(ProviderError) -> [RentalCandidate] {
    let settings = try settings.with(need.options)
    guard !need.spot else {
      throw ProviderError(
        .invalidRequest, "a Slurm cluster has no spot machines", hints: ["remove `spot`; choose a preemptible partition or qos instead"])
    }
    guard need.architectures.contains(settings.architecture) else {
      throw ProviderError(
        .invalidRequest, "there is no agent for \(settings.architecture), which the cluster's nodes are",
        hints: ["build it, or say which: `architecture = \"x86_64\"`"])
    }
    _ = try settings.workFolder()
    let gpus = try Self.gpus(need.resources)
    let groups = try await control.nodeGroups()
    let cluster = try await cluster()
    let choice = PartitionChoice(groups: groups, wished: settings.partitions)
    return try choice.fitting(need.resources, gpus: gpus, nodes: need.nodes).map { group in
      let type = need.resources.gpuType == nil ? nil : group.gpus.first { NodeGroup.isSame($0.type, need.resources.gpuType) }?.type
      let meter = meter(settings, cluster, partition: group.partition, gpus: gpus, nodes: need.nodes)
      var offer = Offer(
        provider: id, machine: group.partition, gpuType: type, gpuCount: gpus * Int(need.nodes), pricePerHour: meter.hourly,
        priceSource: meter.source)
      // Of its nodes: a job gets what it asks for.
      (offer.cpuCores, offer.memory) = (group.cpus * need.nodes, ByteSize(bytes: (group.mebibytes * need.nodes) << 20))
      var candidate = RentalCandidate(
        place: RentalPlace(provider: id, account: cluster.name, region: "", machine: group.partition), offer: offer,
        architecture: settings.architecture, meters: [meter])
      candidate.longestSeconds = group.longestSeconds
      return candidate
    }
  }

  private static func gpus(_ need: ResourceNeed) throws(ProviderError) -> Int {
    switch need.gpus {
    case .none: return 0
    case .count(let count): return count
    case .all, .ids:
      throw ProviderError(
        .invalidRequest, "a job of a cluster gets a number of GPUs, and not all of them or certain ones",
        hints: ["say how many: `resources: {gpus: 2}`"])
    }
  }

  /// What a running hour costs: nodes and GPUs at the settings' prices; unknown when none of them is set.
  private func meter(_ settings: SlurmSettings, _ cluster: ClusterIdentity, partition: String, gpus: Int, nodes: Int64) -> Meter {
    var hourly: Decimal?
    if settings.nodeHour != nil || settings.gpuHour != nil && gpus > 0 {
      hourly = Decimal(nodes) * ((settings.nodeHour ?? 0) + Decimal(gpus) * (settings.gpuHour ?? 0))
    }
    // Where there are accounts the times become theirs.
    let source = "providers.toml" + (cluster.keepsAccounts ? "" : "; no accounts")
    let name = "\(nodes) node\(nodes > 1 ? "s" : "")" + (gpus > 0 ? " with \(gpus) GPUs" : "") + " of \(partition)"
    return Meter(
      .compute, name, hourly: hourly.map { Money($0, settings.currency) }, source: hourly == nil ? nil : source, span: .running)
  }

  /// The job on paper; nothing is asked or sent.
  public func compose(_ candidate: RentalCandidate, _ order: RentalOrder) async throws(ProviderError) -> ComposedLaunch {
    let settings = try settings.with(order.need.options)
    let request = try control.compose(candidate, order, settings)
    let text: Data
    do { text = try JSON.encode(request, compact: true) } catch {
      throw ProviderError(.invalidRequest, "the job cannot be written down: \(error)")
    }
    return ComposedLaunch(token: order.token, place: candidate.place, request: String(decoding: text, as: UTF8.self))
  }

  /// Submits exactly what the ledger has, unless a job of that token is there.
  public func launch(_ request: LaunchRequest, token: LaunchToken) async throws(ProviderError) -> Resource {
    guard let rental = request.rental, rental.token == token else { throw Self.nothingWritten }
    return try await submit(try Self.batch(rental), place: rental.place)
  }

  private static let nothingWritten = ProviderError(
    .invalidRequest, "a launch on a cluster needs the request that the ledger has written down")

  /// What the ledger has written down.
  static func batch(_ launch: ComposedLaunch) throws(ProviderError) -> BatchRequest {
    guard let batch = try? JSON.decode(BatchRequest.self, from: Data(launch.request.utf8)) else { throw nothingWritten }
    return batch
  }

  /// The launch itself.
  func submit(_ batch: BatchRequest, place: RentalPlace) async throws(ProviderError) -> Resource {
    let (number, known) = try await submitted(batch)
    if let known = known.first(where: { $0.id == number }) { return known.resource(provider: id, cluster: place.account) }
    var resource = Resource(id: ResourceID(number), provider: id, kind: "machine", state: .starting)
    (resource.name, resource.place) = (batch.name, place)
    return resource
  }

  /// Submits a job or an array, unless there is one of its name.
  /// - Returns: its number, and what was there of it.
  func submitted(_ batch: BatchRequest) async throws(ProviderError) -> (number: String, known: [ClusterJob]) {
    // Also one that is over by now: what became of the run is in its mailbox.
    if let there = Self.first(of: try await jobs(named: batch.name)) { return there }
    do throws(ProviderError) { return (try await control.submit(batch), []) } catch {
      // An earlier request may have come through just now, and be what leaves no room for this one.
      guard error.code == .quotaExceeded, let there = (try? await jobs(named: batch.name)).flatMap(Self.first) else { throw error }
      return there
    }
  }

  /// Should there be two of a name, the second waits for the first.
  private static func first(of jobs: [ClusterJob]) -> (number: String, known: [ClusterJob])? {
    ClusterJob.arrays(jobs.map(\.id)).min { ($0.count, $0) < ($1.count, $1) }.map { ($0, jobs) }
  }

  /// Jobs by their name: those in the queue, else those that are over.
  func jobs(named name: String) async throws(ProviderError) -> [ClusterJob] {
    let queued = try await control.queued(.named(name))
    guard queued.isEmpty, try await cluster().keepsAccounts else { return queued }
    return try await control.accounted(.named(name), days: 1)
  }
}
