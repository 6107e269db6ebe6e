import Basics
import ProviderKit
import TrainingModel

/// Which GPUs a run asks for. Pure.
struct GPUWish: Sendable, Equatable {
  var count: Int
  /// A name as people write it: `a100`, `NVIDIA RTX 4090`, `H100 SXM`; nil for any.
  var name: String?

  /// - Returns: nil when no GPU is wanted.
  /// - Throws: code `invalidRequest` for devices that a machine which is still to be rented cannot have.
  static func of(_ need: ResourceNeed) throws(ProviderError) -> GPUWish? {
    switch need.gpus {
    case .none: return need.gpuType.map { GPUWish(count: 1, name: $0) }
    case .all: return GPUWish(count: 1, name: need.gpuType)
    case .count(let number): return number > 0 ? GPUWish(count: number, name: need.gpuType) : nil
    case .ids:
      throw ProviderError(
        .invalidRequest, "gpu_ids names devices of a machine that is still to be rented", hints: ["say how many: `resources: {gpus: 2}`"])
    }
  }

  /// The types that are meant.
  ///
  /// A name that is a type's own means that type alone; else every type that has all words of it: `A100` means both kinds, `L40` never an `L40S`.
  /// - Throws: code `invalidRequest` for a name that no type has, with the nearest.
  static func types(named name: String, of types: [PodType]) throws(ProviderError) -> [PodType] {
    let wanted = words(name)
    let joined = wanted.joined()
    let own = types.filter { $0.id == name || words($0.name).joined() == joined || words($0.id).joined() == joined }
    if !own.isEmpty { return own }
    let like = types.filter { type in
      let known = Set(words(type.name) + words(type.id) + ["\(type.memoryGB)GB"])
      return !wanted.isEmpty && wanted.allSatisfy(known.contains)
    }
    guard like.isEmpty else { return like }
    // Run files want one word.
    let known = types.map { $0.name.replacing(" ", with: "-") }.sorted()
    let near = Suggestion.nearest(to: name, among: known).map { ["did you mean `\($0)`?"] } ?? []
    throw ProviderError(
      .invalidRequest, "RunPod has no GPU '\(name)'", hints: near + ["there are \(known.joined(separator: ", "))"])
  }

  /// Capitals and digits, without the words that say nothing.
  private static func words(_ text: String) -> [String] {
    text.uppercased().split { !($0.isLetter || $0.isNumber) }.map(String.init).filter { !noise.contains($0) }
  }

  private static let noise: Set<String> = ["NVIDIA", "AMD", "GEFORCE", "TESLA", "GPU", "GENERATION"]

  /// Whether a type can be had in a cloud with as many GPUs, and has what else is needed as far as anybody knows.
  func isMet(by type: PodType, in cloud: PodType.Cloud, _ need: ResourceNeed) -> Bool {
    guard type.most[cloud, default: 0] >= count else { return false }
    guard name != nil || type.isNvidia && !type.isPart else { return false }
    if let cores = type.coresPerGPU, let wanted = need.cpuMillis, cores * Int64(count) * 1_000 < wanted { return false }
    if let memory = type.memoryPerGPU, let wanted = need.memory, memory.bytes * Int64(count) < wanted.bytes { return false }
    return true
  }
}
