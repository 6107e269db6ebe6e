import Basics
import Documents
public import FoundationEssentials
public import TrainingModel
import YAML

/// The `config.yaml` of a run folder: a resolved run in the form of a run file, secrets by name only.
public enum RunFileText {
  /// Writes a run. Reading it again gives an equal one, and `runpilot run` takes it as it is.
  public static func write(_ spec: RunSpec) -> String { YAML.text(of: .mapping(entries(spec))) }

  /// Reads what ``write(_:)`` wrote.
  /// - Throws: `SourceDiagnostics` with what is wrong.
  public static func read(_ bytes: Data, name: String) throws -> RunSpec {
    let collector = DiagnosticCollector()
    let node = try YAML.parse(bytes, name: name, limits: DocumentLimits(bytes: 16 << 20))
    let settings = RunFileReader.read(node, collector: collector)
    try collector.finish()
    guard let title = settings.name, let entrypoint = settings.entrypoint, let folder = settings.projectFolder,
      let provider = settings.providers.first ?? settings.provider
    else {
      throw ConfigurationError("\(name) is no resolved run: it needs name, entrypoint, project_folder and provider", exitCode: .badInput)
    }
    var spec = RunSpec(name: title, entrypoint: entrypoint, projectFolder: folder, provider: ProviderID(provider))
    spec.project = settings.project
    spec.image = settings.image
    spec.setup = settings.setup
    spec.workdir = settings.workdir
    spec.environment = settings.environment
    spec.secretNames = settings.secretNames
    spec.params = settings.params
    spec.tags = settings.tags
    spec.resources = settings.resources
    spec.mounts = settings.mounts.map { Mount(name: $0.name, source: $0.source, target: $0.target ?? $0.name, readOnly: $0.readOnly) }
    spec.user = settings.user
    spec.network = settings.network
    spec.metrics = settings.metrics
    spec.outputs = settings.outputs
    spec.fallback = settings.fallback
    spec.maxDurationSeconds = settings.maxDurationSeconds
    spec.stopGraceSeconds = settings.stopGraceSeconds ?? spec.stopGraceSeconds
    spec.seed = settings.seed
    spec.rental = settings.rental
    let options = settings.mapping["provider_options"]?.json
    spec.providerOptions = options?[provider]?.objectValue ?? [:]
    spec.alternatives = settings.providers.dropFirst().map { Alternative(ProviderID($0), options: options?[$0]?.objectValue ?? [:]) }
    spec.cheapest = settings.cheapest
    return spec
  }

  private static func entries(_ spec: RunSpec) -> [(String, Node)] {
    var entries: [(String, Node)] = [("name", .string(spec.name))]
    func add(_ key: String, _ text: String?) { if let text { entries.append((key, .string(text))) } }
    func add(_ key: String, _ texts: [String]) { if !texts.isEmpty { entries.append((key, .sequence(texts.map(Node.string)))) } }
    func add(_ key: String, _ members: [(String, Node)]) { if !members.isEmpty { entries.append((key, .mapping(members))) } }
    add("project", spec.project)
    add("image", spec.image)
    add("entrypoint", spec.entrypoint)
    add("setup", spec.setup)
    add("workdir", spec.workdir)
    add("project_folder", spec.projectFolder)
    add("env", spec.environment.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })
    add("secrets", spec.secretNames)
    add("params", spec.params.sorted { $0.key < $1.key }.map { ($0.key, Node(json: $0.value)) })
    add("tags", spec.tags)
    if spec.resources.gpus == .all { entries.append(("gpu", .bool(true))) }
    add("resources", resources(spec.resources))
    add("mounts", spec.mounts.map { ($0.name, mount($0)) })
    add("user", spec.user)
    add("network", spec.network)
    add("metrics", spec.metrics)
    add("outputs", spec.outputs)
    if spec.alternatives.isEmpty {
      add("provider", spec.provider.rawValue)
    } else {
      add("providers", [spec.provider.rawValue] + spec.alternatives.map(\.provider.rawValue))
    }
    if spec.cheapest { entries.append(("cheapest", .bool(true))) }
    add("fallback", spec.fallback)
    if let seconds = spec.maxDurationSeconds { entries.append(("max_duration", .int(seconds))) }
    if spec.maxDurationSeconds == nil, spec.rental.allowsNoLimit { add("max_duration", "off") }
    entries += rental(spec.rental)
    entries.append(("stop_grace", .int(spec.stopGraceSeconds)))
    if let seed = spec.seed { entries.append(("seed", .int(Int64(seed)))) }
    let all = [(spec.provider, spec.providerOptions)] + spec.alternatives.map { ($0.provider, $0.options) }
    add("provider_options", all.filter { !$0.1.isEmpty }.map { ($0.0.rawValue, Node(json: .object($0.1))) })
    return entries
  }

  private static func mount(_ mount: Mount) -> Node {
    let paths: [(String, Node)] = [("source", .string(mount.source)), ("target", .string(mount.target))]
    return .mapping(paths + (mount.readOnly ? [("read_only", .bool(true))] : []))
  }

  private static func resources(_ need: ResourceNeed) -> [(String, Node)] {
    var entries: [(String, Node)] = []
    switch need.gpus {
    case .none, .all: break
    case .count(let count): entries.append(("gpus", .int(Int64(count))))
    case .ids(let ids): entries.append(("gpu_ids", .sequence(ids.map(Node.string))))
    }
    if let type = need.gpuType { entries.append(("gpu_type", .string(type))) }
    if let cpu = need.cpuMillis { entries.append(("cpu", cores(cpu))) }
    for (key, size) in [("memory", need.memory), ("shm", need.sharedMemory), ("disk", need.disk)] {
      if let size { entries.append((key, .string(text(of: size)))) }
    }
    return entries
  }

  private static func rental(_ wishes: RentalWishes) -> [(String, Node)] {
    var entries: [(String, Node)] = []
    if wishes.spot { entries.append(("spot", .bool(true))) }
    for (key, money) in [("max_price", wishes.maxPrice), ("max_cost", wishes.maxCost)] {
      if let money { entries.append((key, .string("\(money.amount)"))) }
    }
    if let seconds = wishes.idleTimeoutSeconds { entries.append(("idle_timeout", .int(seconds))) }
    if wishes.retries > 0 { entries.append(("retries", .int(wishes.retries))) }
    if wishes.nodes > 1 { entries.append(("nodes", .int(wishes.nodes))) }
    if let checkpoint = wishes.checkpoint {
      var members: [(String, Node)] = [("dir", .string(checkpoint.directory))]
      if let keep = checkpoint.keep { members.append(("keep", .int(keep))) }
      if let flag = checkpoint.resumeFlag { members.append(("resume_flag", .string(flag))) }
      entries.append(("checkpoint", .mapping(members)))
    }
    return entries
  }

  private static func cores(_ millis: Int64) -> Node {
    guard millis % 1000 != 0 else { return .int(millis / 1000) }
    let fraction = "\(millis % 1000)"
    var text = "\(millis / 1000)." + String(repeating: "0", count: 3 - fraction.count) + fraction
    while text.hasSuffix("0") { text.removeLast() }
    return Node(.float(Double(millis) / 1000, text: text))
  }

  /// The largest unit that holds the size exactly.
  private static func text(of size: ByteSize) -> String {
    for (unit, shift) in [("g", 30), ("m", 20), ("k", 10)] as [(String, Int64)] where size.bytes > 0 && size.bytes % (1 << shift) == 0 {
      return "\(size.bytes >> shift)\(unit)"
    }
    return "\(size.bytes)"
  }
}
