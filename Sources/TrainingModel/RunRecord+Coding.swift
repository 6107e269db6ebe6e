import Basics
import FoundationEssentials

extension RunRecord {
  /// Whether a file of this schema can be read: an equal or older version of ours.
  public static func canRead(schema: String) -> Bool { schema == currentSchema }

  /// Reads run.json. Keys that a file leaves out get their defaults; unknown keys are ignored.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    schema = try values.decodeIfPresent(String.self, forKey: .schema) ?? ""
    guard Self.canRead(schema: schema) else {
      throw DecodingError.dataCorruptedError(
        forKey: .schema, in: values, debugDescription: "schema '\(schema)' is not one this version reads (\(Self.currentSchema))")
    }
    id = try values.decode(RunID.self, forKey: .id)
    uid = try values.decode(String.self, forKey: .uid)
    name = try values.decode(String.self, forKey: .name)
    provider = try values.decode(ProviderID.self, forKey: .provider)
    entrypoint = try values.decodeIfPresent([String].self, forKey: .entrypoint) ?? []
    createdAt = try values.decode(Date.self, forKey: .createdAt)
    runDir = try values.decode(String.self, forKey: .runDir)
    try readOutcome(values)
    try readCircumstances(values)
  }

  private mutating func readOutcome(_ values: KeyedDecodingContainer<CodingKeys>) throws {
    status = try values.decode(RunStatus.self, forKey: .status)
    reason = try values.decodeIfPresent(RunReason.self, forKey: .reason)
    detail = try values.decodeIfPresent(String.self, forKey: .detail)
    startFailure = try values.decodeIfPresent(StartFailureKind.self, forKey: .startFailure)
    hints = try values.decodeIfPresent([String].self, forKey: .hints) ?? []
    exitCode = try values.decodeIfPresent(Int32.self, forKey: .exitCode)
    signal = try values.decodeIfPresent(Int32.self, forKey: .signal)
    startedAt = try values.decodeIfPresent(Date.self, forKey: .startedAt)
    finishedAt = try values.decodeIfPresent(Date.self, forKey: .finishedAt)
    durationSeconds = try values.decodeIfPresent(Double.self, forKey: .durationSeconds)
    cleanup = try values.decodeIfPresent(CleanupOutcome.self, forKey: .cleanup)
    warnings = try values.decodeIfPresent([String].self, forKey: .warnings) ?? []
  }

  private mutating func readCircumstances(_ values: KeyedDecodingContainer<CodingKeys>) throws {
    project = try values.decodeIfPresent(String.self, forKey: .project)
    fellBackFrom = try values.decodeIfPresent(ProviderID.self, forKey: .fellBackFrom)
    image = try values.decodeIfPresent(String.self, forKey: .image)
    imageDigest = try values.decodeIfPresent(String.self, forKey: .imageDigest)
    params = try values.decodeIfPresent([String: JSONValue].self, forKey: .params) ?? [:]
    tags = try values.decodeIfPresent([String].self, forKey: .tags) ?? []
    metrics = try values.decodeIfPresent([String].self, forKey: .metrics) ?? []
    projectFolder = try values.decodeIfPresent(String.self, forKey: .projectFolder)
    workdir = try values.decodeIfPresent(String.self, forKey: .workdir)
    git = try values.decodeIfPresent(GitState.self, forKey: .git)
    host = try values.decodeIfPresent(HostFacts.self, forKey: .host)
    user = try values.decodeIfPresent(String.self, forKey: .user)
    versions = try values.decodeIfPresent([String: String].self, forKey: .versions) ?? [:]
    seedEnv = try values.decodeIfPresent([String: String].self, forKey: .seedEnv) ?? [:]
    secrets = try values.decodeIfPresent([String].self, forKey: .secrets) ?? []
    agent = try values.decodeIfPresent(AgentFacts.self, forKey: .agent)
    executorID = try values.decodeIfPresent(String.self, forKey: .executorID)
    origin = try values.decodeIfPresent(RunOrigin.self, forKey: .origin)
    rental = try values.decodeIfPresent(RentalFacts.self, forKey: .rental)
    restarts = try values.decodeIfPresent(Int64.self, forKey: .restarts)
    cost = try values.decodeIfPresent(RunCost.self, forKey: .cost)
  }

  /// Writes run.json; the keys that other programs rely on are always there, null when unknown.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(schema, forKey: .schema)
    try values.encode(id, forKey: .id)
    try values.encode(uid, forKey: .uid)
    try values.encode(name, forKey: .name)
    try values.encode(status, forKey: .status)
    try values.encode(reason, forKey: .reason)
    try values.encodeIfPresent(detail, forKey: .detail)
    try values.encode(exitCode, forKey: .exitCode)
    try values.encode(signal, forKey: .signal)
    try values.encode(provider, forKey: .provider)
    try values.encodeIfPresent(fellBackFrom, forKey: .fellBackFrom)
    try values.encode(image, forKey: .image)
    try values.encode(imageDigest, forKey: .imageDigest)
    try values.encode(entrypoint, forKey: .entrypoint)
    try values.encode(params, forKey: .params)
    try values.encode(tags, forKey: .tags)
    try values.encode(createdAt, forKey: .createdAt)
    try values.encode(startedAt, forKey: .startedAt)
    try values.encode(finishedAt, forKey: .finishedAt)
    try values.encode(durationSeconds, forKey: .durationSeconds)
    try values.encode(runDir, forKey: .runDir)
    try values.encode(cleanup, forKey: .cleanup)
    try writeCircumstances(&values)
  }

  private func writeCircumstances(_ values: inout KeyedEncodingContainer<CodingKeys>) throws {
    try values.encodeIfPresent(project, forKey: .project)
    try values.encode(metrics, forKey: .metrics)
    try values.encodeIfPresent(projectFolder, forKey: .projectFolder)
    try values.encodeIfPresent(workdir, forKey: .workdir)
    try values.encodeIfPresent(git, forKey: .git)
    try values.encodeIfPresent(host, forKey: .host)
    try values.encodeIfPresent(user, forKey: .user)
    try values.encode(versions, forKey: .versions)
    try values.encode(seedEnv, forKey: .seedEnv)
    try values.encode(secrets, forKey: .secrets)
    try values.encodeIfPresent(agent, forKey: .agent)
    try values.encodeIfPresent(executorID, forKey: .executorID)
    try values.encodeIfPresent(origin, forKey: .origin)
    try values.encodeIfPresent(rental, forKey: .rental)
    try values.encodeIfPresent(restarts, forKey: .restarts)
    try values.encodeIfPresent(cost, forKey: .cost)
    try values.encode(warnings, forKey: .warnings)
    try values.encodeIfPresent(startFailure, forKey: .startFailure)
    try values.encode(hints, forKey: .hints)
  }
}
