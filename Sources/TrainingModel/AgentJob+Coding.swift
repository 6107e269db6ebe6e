import Basics
import FoundationEssentials

// By hand, so that all of them share one type of key: see ``FieldKey``.

extension AgentJob: Codable {
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    schema = try values.decode(String.self, forKey: "schema")
    id = try values.decode(RunID.self, forKey: "id")
    uid = try values.decode(String.self, forKey: "uid")
    command = try values.decode([String].self, forKey: "command")
    setup = try values.decode([String].self, forKey: "setup")
    workdir = try values.decodeIfPresent(String.self, forKey: "workdir")
    projectFolder = try values.decode(String.self, forKey: "projectFolder")
    environment = try values.decode([String: String].self, forKey: "environment")
    secretNames = try values.decode([String].self, forKey: "secretNames")
    resources = try values.decode(ResourceNeed.self, forKey: "resources")
    executor = try values.decode(ExecutorChoice.self, forKey: "executor")
    outputs = try values.decode([String].self, forKey: "outputs")
    tags = try values.decode([String].self, forKey: "tags")
    maxDurationSeconds = try values.decodeIfPresent(Int64.self, forKey: "maxDurationSeconds")
    deadline = try values.decodeIfPresent(Date.self, forKey: "deadline")
    stopGraceSeconds = try values.decode(Int64.self, forKey: "stopGraceSeconds")
  }

  /// As an object; what there is none of is left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: FieldKey.self)
    try values.encode(schema, forKey: "schema")
    try values.encode(id, forKey: "id")
    try values.encode(uid, forKey: "uid")
    try values.encode(command, forKey: "command")
    try values.encode(setup, forKey: "setup")
    try values.encodeIfPresent(workdir, forKey: "workdir")
    try values.encode(projectFolder, forKey: "projectFolder")
    try values.encode(environment, forKey: "environment")
    try values.encode(secretNames, forKey: "secretNames")
    try values.encode(resources, forKey: "resources")
    try values.encode(executor, forKey: "executor")
    try values.encode(outputs, forKey: "outputs")
    try values.encode(tags, forKey: "tags")
    try values.encodeIfPresent(maxDurationSeconds, forKey: "maxDurationSeconds")
    try values.encodeIfPresent(deadline, forKey: "deadline")
    try values.encode(stopGraceSeconds, forKey: "stopGraceSeconds")
  }
}

extension ExecutorChoice: Codable {
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    kind = try values.decode(String.self, forKey: "kind")
    options = try values.decodeIfPresent(JSONValue.self, forKey: "options") ?? .null
  }

  /// As an object; without `options` when there are none.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: FieldKey.self)
    try values.encode(kind, forKey: "kind")
    if options != .null { try values.encode(options, forKey: "options") }
  }
}

extension ResourceNeed: Codable {
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    gpus = try values.decodeIfPresent(GPUNeed.self, forKey: "gpus") ?? .none
    gpuType = try values.decodeIfPresent(String.self, forKey: "gpuType")
    cpuMillis = try values.decodeIfPresent(Int64.self, forKey: "cpuMillis")
    memory = try values.decodeIfPresent(ByteSize.self, forKey: "memory")
    sharedMemory = try values.decodeIfPresent(ByteSize.self, forKey: "sharedMemory")
    disk = try values.decodeIfPresent(ByteSize.self, forKey: "disk")
  }

  /// As an object; what is not asked for is left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: FieldKey.self)
    if gpus != .none { try values.encode(gpus, forKey: "gpus") }
    try values.encodeIfPresent(gpuType, forKey: "gpuType")
    try values.encodeIfPresent(cpuMillis, forKey: "cpuMillis")
    try values.encodeIfPresent(memory, forKey: "memory")
    try values.encodeIfPresent(sharedMemory, forKey: "sharedMemory")
    try values.encodeIfPresent(disk, forKey: "disk")
  }
}
