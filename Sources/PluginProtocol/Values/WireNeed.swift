import Basics
public import ProviderKit
public import TrainingModel

/// What a job needs of a machine.
public struct WireNeed: Sendable, Codable, Equatable {
  /// The need.
  public var need: ResourceNeed

  /// A need.
  public init(_ need: ResourceNeed) { self.need = need }

  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    need = ResourceNeed()
    switch try values.value("gpus", else: JSONValue.null) {
    case .int(let count): need.gpus = .count(Int(count))
    case .string: need.gpus = .all
    case .array(let ids): need.gpus = .ids(ids.compactMap(\.stringValue))
    default: need.gpus = .none
    }
    need.gpuType = try values.decodeIfPresent(String.self, forKey: "gpuType")
    need.cpuMillis = try values.decodeIfPresent(Int64.self, forKey: "cpuMillis")
    need.memory = try values.decodeIfPresent(Int64.self, forKey: "memoryBytes").map { ByteSize(bytes: $0) }
    need.sharedMemory = try values.decodeIfPresent(Int64.self, forKey: "sharedMemoryBytes").map { ByteSize(bytes: $0) }
    need.disk = try values.decodeIfPresent(Int64.self, forKey: "diskBytes").map { ByteSize(bytes: $0) }
  }

  /// As an object; what is not asked for is left out. GPUs are a number, `"all"`, or a list of ids.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: FieldKey.self)
    switch need.gpus {
    case .none: break
    case .all: try values.encode("all", forKey: "gpus")
    case .count(let count): try values.encode(count, forKey: "gpus")
    case .ids(let ids): try values.encode(ids, forKey: "gpus")
    }
    try values.encodeIfPresent(need.gpuType, forKey: "gpuType")
    try values.encodeIfPresent(need.cpuMillis, forKey: "cpuMillis")
    try values.encodeIfPresent(need.memory?.bytes, forKey: "memoryBytes")
    try values.encodeIfPresent(need.sharedMemory?.bytes, forKey: "sharedMemoryBytes")
    try values.encodeIfPresent(need.disk?.bytes, forKey: "diskBytes")
  }
}

/// What is to be rented.
public struct WireRentalNeed: Sendable, Codable, Equatable {
  /// The need.
  public var need: RentalNeed

  /// A need.
  public init(_ need: RentalNeed) { self.need = need }

  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    need = RentalNeed(
      resources: try values.value("resources", else: WireNeed(ResourceNeed())).need, spot: try values.value("spot", else: false),
      options: try values.value("options", else: [:]), architectures: try values.value("architectures", else: []))
    need.nodes = try values.value("nodes", else: 1)
  }

  /// As an object.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: FieldKey.self)
    try values.encode(WireNeed(need.resources), forKey: "resources")
    try values.encode(need.spot, forKey: "spot")
    try values.encode(need.options, forKey: "options")
    try values.encode(need.architectures, forKey: "architectures")
    if need.nodes != 1 { try values.encode(need.nodes, forKey: "nodes") }
  }
}
