import Basics
import ProviderKit
import TrainingModel

/// This machine's NVIDIA GPUs as the driver's device files show them, and how a process is given some of them.
struct GPUDevices: Sendable {
  /// What CUDA, and what stands on it, reads.
  static let variable = "CUDA_VISIBLE_DEVICES"

  /// Indices of the GPUs there are.
  let known: [Int]
  /// Whether there are GPUs of a kind whose number cannot be told from device files.
  let others: Bool

  init(deviceFolder: String = "/dev") {
    let names = (try? Files.names(in: deviceFolder)) ?? []
    known = names.filter { $0.hasPrefix("nvidia") }.compactMap { Int($0.dropFirst(6)) }.sorted()
    others = names.contains("kfd")
  }

  init(known: [Int], others: Bool = false) {
    self.known = known
    self.others = others
  }

  /// Refuses what this machine does not have.
  func check(_ need: GPUNeed) throws(ProviderError) {
    guard need.isWanted, !others else { return }
    guard !known.isEmpty else {
      throw ProviderError(
        .notFound, "the run wants a GPU, and this machine has none that its driver shows",
        hints: ["`nvidia-smi` tells whether the driver works", "run it without: remove `gpu` from the run file, or add `--gpus 0`"])
    }
    if case .count(let wanted) = need, wanted > known.count {
      throw ProviderError(
        .notFound, "the run wants \(wanted) GPUs, and this machine has \(known.count)", hints: ["ask for fewer: `--gpus \(known.count)`"])
    }
    if case .ids(let ids) = need, let missing = ids.first(where: { Int($0).map { !known.contains($0) } ?? false }) {
      throw ProviderError(
        .notFound, "this machine has no GPU \(missing) (it has \(known.map(String.init).joined(separator: ", ")))",
        hints: ["see which there are: `nvidia-smi --list-gpus`"])
    }
  }

  /// How many GPUs a need means here.
  func count(of need: GPUNeed) -> Int {
    switch need {
    case .none: 0
    case .all: known.count
    case .count(let count): count
    case .ids(let ids): ids.count
    }
  }

  /// The value of ``variable`` for a need; nil leaves it as the caller has it. A number is taken from what the caller may use.
  func visible(_ need: GPUNeed, environment: [String: String]) -> String? {
    switch need {
    case .none, .all: nil
    case .ids(let ids): ids.joined(separator: ",")
    case .count(let count):
      (environment[Self.variable].map { $0.split(separator: ",").map { $0.trimmed() } } ?? known.map(String.init))
        .prefix(count).joined(separator: ",")
    }
  }
}
