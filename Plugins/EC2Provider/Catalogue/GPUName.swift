/// A GPU as people write it: `a100`, `NVIDIA A100-80GB`, `Tesla T4`, `H100 80GB HBM3`.
struct GPUName: Sendable, Equatable {
  /// Capitals and digits only.
  let model: String
  /// At least this much memory.
  let gigabytes: Int64?

  /// Reads a name; nil when nothing is left of it.
  init?(_ text: String) {
    var words = text.uppercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
    words.removeAll { Self.noise.contains($0) }
    var gigabytes: Int64?
    words.removeAll { word in
      guard word.hasSuffix("GB") || word.hasSuffix("G"), let size = Int64(word.prefix { $0.isNumber }), size >= 8,
        word.drop(while: \.isNumber).allSatisfy({ "GIB".contains($0) })
      else { return false }
      gigabytes = size
      return true
    }
    let model = words.joined()
    guard !model.isEmpty else { return nil }
    self.model = Self.aliases[model] ?? model
    self.gigabytes = gigabytes
  }

  /// Whether a machine's GPUs are of this kind.
  func matches(_ gpu: MachineType.GPU) -> Bool {
    guard let other = GPUName(gpu.model), other.model == model else { return false }
    // Vendors count a little short of the number on the box: 80 GB is sold as 81920 MiB, 24 GB as 22888.
    return gigabytes.map { gpu.memoryMiB * 100 >= $0 * 1024 * 90 } ?? true
  }

  private static let noise: Set<String> = [
    "NVIDIA", "TESLA", "GPU", "AMD", "SXM", "SXM2", "SXM4", "SXM5", "PCIE", "NVL", "HBM2", "HBM2E", "HBM3", "HBM3E",
  ]
  private static let aliases = [
    "A10": "A10G", "RTXPRO6000": "RTXPROSERVER6000", "RTX6000": "RTXPROSERVER6000", "RTXPRO6000BLACKWELL": "RTXPROSERVER6000",
    "GAUDI": "GAUDIHL205",
  ]
}
