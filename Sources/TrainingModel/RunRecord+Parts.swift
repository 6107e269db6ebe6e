import Basics

// By hand, so that all of them share one type of key: see ``FieldKey``.

extension HostFacts: Codable {
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    hostname = try values.decode(String.self, forKey: "hostname")
    os = try values.decode(String.self, forKey: "os")
    arch = try values.decode(String.self, forKey: "arch")
    cpus = try values.decode(Int.self, forKey: "cpus")
    memoryBytes = try values.decodeIfPresent(Int64.self, forKey: "memory_bytes")
    gpus = try values.decodeIfPresent([String].self, forKey: "gpus")
  }

  /// As an object; what is not known is left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: FieldKey.self)
    try values.encode(hostname, forKey: "hostname")
    try values.encode(os, forKey: "os")
    try values.encode(arch, forKey: "arch")
    try values.encode(cpus, forKey: "cpus")
    try values.encodeIfPresent(memoryBytes, forKey: "memory_bytes")
    try values.encodeIfPresent(gpus, forKey: "gpus")
  }
}

extension AgentFacts: Codable {
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    pid = try values.decode(Int32.self, forKey: "pid")
    startTime = try values.decode(UInt64.self, forKey: "start_time")
    bootID = try values.decode(String.self, forKey: "boot_id")
  }

  /// As an object.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: FieldKey.self)
    try values.encode(pid, forKey: "pid")
    try values.encode(startTime, forKey: "start_time")
    try values.encode(bootID, forKey: "boot_id")
  }
}

extension CleanupOutcome: Codable {
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    state = try values.decode(State.self, forKey: "state")
    detail = try values.decodeIfPresent(String.self, forKey: "detail")
  }

  /// As an object; without `detail` when there is none.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: FieldKey.self)
    try values.encode(state, forKey: "state")
    try values.encodeIfPresent(detail, forKey: "detail")
  }
}
