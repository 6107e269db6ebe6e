import Basics
import ProviderKit
import TrainingModel

/// A kind of machine by its name: `gpu.l40s`, `a100`, `h100.2x`, `cpu`.
struct Profile: Sendable, Equatable {
  /// As it is sent.
  var name: String
  /// Such as `L40S`; nil for a machine without a GPU.
  var gpu: String?
  var gpuCount: Int

  init(_ name: String) {
    self.name = name
    var parts = name.lowercased().split(separator: ".").map(String.init)
    var count = 1
    if let last = parts.last, last.hasSuffix("x"), let number = Int(last.dropLast()) {
      count = number
      parts.removeLast()
    }
    parts.removeAll { $0 == "gpu" || $0 == "on-demand" }
    let model = parts.first ?? ""
    let isCPU = model.isEmpty || model.hasPrefix("cpu")
    (gpu, gpuCount) = isCPU ? (nil, 0) : (model.uppercased(), count)
  }

  /// The profiles that meet a need.
  /// - Throws: code `invalidRequest` for a GPU that none has, with the nearest.
  static func meeting(_ need: ResourceNeed, of profiles: [Profile]) throws(ProviderError) -> [Profile] {
    let count: Int
    switch need.gpus {
    case .none: count = need.gpuType == nil ? 0 : 1
    case .all: count = 1
    case .count(let number): count = number
    case .ids:
      throw ProviderError(
        .invalidRequest, "gpu_ids names devices of a machine that is still to be rented", hints: ["say how many: `resources: {gpus: 2}`"])
    }
    guard count > 0 else { return profiles.filter { $0.gpu == nil } }
    var meant = profiles.filter { $0.gpu != nil }
    if let wish = need.gpuType {
      let wanted = plain(wish)
      let known = Set(meant.compactMap(\.gpu))
      meant = meant.filter { $0.gpu.map { wanted == $0 || wanted.hasPrefix($0 + "-") || plain($0) == wanted } ?? false }
      guard !meant.isEmpty else {
        let near = Suggestion.nearest(to: wanted, among: known).map { ["did you mean `\($0)`?"] } ?? []
        throw ProviderError(
          .invalidRequest, "Lyceum has no GPU '\(wish)'", hints: near + ["there are \(known.sorted().joined(separator: ", "))"])
      }
    }
    return meant.filter { $0.gpuCount >= count }
  }

  /// `NVIDIA A100-80GB` is an `A100-80GB`.
  private static func plain(_ text: String) -> String {
    let upper = text.uppercased()
    return upper.hasPrefix("NVIDIA-") || upper.hasPrefix("NVIDIA ") ? String(upper.dropFirst(7)) : upper
  }
}
