import Basics
import FoundationEssentials
import ProviderKit
import TrainingModel

/// Which machines meet a need. Pure.
enum MachineChoice {
  /// A training job without a wish still needs room for an interpreter and its libraries.
  private static let leastCores: Int64 = 2
  private static let leastMemory = ByteSize(bytes: 4 << 30)

  /// The types that meet a need, in no order.
  /// - Parameter names: only these; then a machine may be old, without a hypervisor, or have a part of a GPU.
  /// - Throws: code `invalidRequest` for a wish that no catalogue can meet, with the nearest name.
  static func types(for need: ResourceNeed, names: [String], architectures: [String], spot: Bool, of types: [MachineType])
    throws(ProviderError) -> [MachineType]
  {
    for name in names where !types.contains(where: { $0.name == name }) { throw unknownType(name, types) }
    let gpu = try gpuWish(need, types)
    return types.filter { type in
      guard architectures.contains(type.architecture), !spot || type.hasSpot else { return false }
      guard names.isEmpty ? type.isCurrent && !type.isBareMetal : names.contains(type.name) else { return false }
      guard type.cores * 1_000 >= need.cpuMillis ?? (names.isEmpty ? leastCores * 1_000 : 0) else { return false }
      let memory = ByteSize(bytes: (need.memory?.bytes ?? 0) + (need.sharedMemory?.bytes ?? 0))
      guard type.memory >= (memory.bytes > 0 || !names.isEmpty ? memory : leastMemory) else { return false }
      return meets(gpu, type, isNamed: !names.isEmpty)
    }
  }

  private enum GPUWish {
    case none
    case any(count: Int)
    case model(GPUName, count: Int)
  }

  private static func gpuWish(_ need: ResourceNeed, _ types: [MachineType]) throws(ProviderError) -> GPUWish {
    let count: Int
    switch need.gpus {
    case .none: count = need.gpuType == nil ? 0 : 1
    case .all: count = 1
    case .count(let number): count = number
    case .ids:
      throw ProviderError(
        .invalidRequest, "gpu_ids names devices of a machine that is still to be rented", hints: ["say how many: `resources: {gpus: 2}`"])
    }
    guard count > 0 else { return .none }
    guard let text = need.gpuType else { return .any(count: count) }
    let known = Set(types.compactMap(\.gpu).map(\.model))
    guard let name = GPUName(text), types.contains(where: { $0.gpu.map(name.matches) ?? false }) else {
      let near = Suggestion.nearest(to: text, among: known).map { ["did you mean `\($0)`?"] } ?? []
      throw ProviderError(
        .invalidRequest, "no machine of EC2 has a GPU '\(text)'", hints: near + ["there are \(known.sorted().joined(separator: ", "))"])
    }
    return .model(name, count: count)
  }

  private static func meets(_ wish: GPUWish, _ type: MachineType, isNamed: Bool) -> Bool {
    switch wish {
    // Somebody who wants no GPU does not want to pay for one, unless the machine was named.
    case .none: isNamed || type.gpu == nil
    case .any(let count): type.gpu?.maker == "NVIDIA" && (type.gpuCount >= count || isNamed && count == 1)
    case .model(let name, let count): (type.gpu.map(name.matches) ?? false) && (type.gpuCount >= count || isNamed && count == 1)
    }
  }

  static func unknownType(_ name: String, _ types: [MachineType]) -> ProviderError {
    let near = Suggestion.nearest(to: name, among: types.map(\.name)).map { ["did you mean `\($0)`?"] } ?? []
    return ProviderError(
      .invalidRequest, "EC2 has no machine type '\(name)', as far as is known here", hints: near + ["list some with `runpilot offers`"])
  }
}
