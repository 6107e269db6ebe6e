import Basics
import FoundationEssentials
import RunPodSupport

/// A kind of GPU, as far as choosing one needs to know it.
struct PodType: Sendable, Equatable {
  /// Where pods run: RunPod's own data centers, or other people's machines.
  enum Cloud: String, Sendable, CaseIterable {
    case secure = "SECURE"
    case community = "COMMUNITY"

    var word: String { rawValue.lowercased() }
  }

  /// What is sent: `NVIDIA GeForce RTX 4090`.
  var id: String
  /// What people say: `RTX 4090`.
  var name: String
  /// Of each GPU.
  var memoryGB: Int64
  /// Of the machine, for each GPU; nil is unknown.
  var coresPerGPU: Int64?
  /// Of the machine, for each GPU; nil is unknown.
  var memoryPerGPU: ByteSize?
  /// The most GPUs of a pod, by cloud; none where it is not offered.
  var most: [Cloud: Int]
  /// USD an hour and GPU.
  var price: [Cloud: Decimal]
  /// Whether some can be had now; nil when nobody said.
  var isAvailable: Bool?
  /// The data centers that have some now; nil when nobody said.
  var dataCenters: [String]?

  /// A part of a GPU.
  var isPart: Bool { id.contains(" MIG ") }
  var isNvidia: Bool { !id.hasPrefix("AMD") }
}

/// Reads the GPUs that came with the program.
enum CatalogueReader {
  static let bundled: [PodType] = read(CatalogueText.gpus)

  /// Reads ``CatalogueText``'s form; what is malformed is left out.
  static func read(_ text: String) -> [PodType] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: ";").map { $0.trimmed() }
      guard words.count == 8, let memory = Int64(words[2]) else { return nil }
      let most = Int(words[5]) ?? 1
      var price: [PodType.Cloud: Decimal] = [:]
      price[.secure] = PriceText.amount(words[6])
      price[.community] = PriceText.amount(words[7])
      return PodType(
        id: words[0], name: words[1], memoryGB: memory, coresPerGPU: Int64(words[3]), memoryPerGPU: ByteSize(words[4] + "GiB"),
        most: [.secure: most, .community: most], price: price)
    }
  }
}

/// Prices as text: digits with at most one point. `Decimal(string:)` alone takes a hyphen for zero, and reads on where it should not.
enum PriceText {
  static func amount(_ text: some StringProtocol) -> Decimal? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
      return nil
    }
    return Decimal(string: String(text))
  }
}
