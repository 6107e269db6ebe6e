import Basics
import FoundationEssentials

/// Reads the types that came with the program.
enum CatalogueReader {
  /// All of them, read when first asked for.
  static let bundled: [MachineType] = read(CatalogueText.types)

  /// The region of the bundled prices.
  static let region = "us-east-1"

  /// Reads ``CatalogueText``'s form; what is malformed is left out.
  static func read(_ text: String) -> [MachineType] {
    var types: [MachineType] = []
    var line = ""
    func finish() {
      if let family = Family(line) { types += family.types }
      line = ""
    }
    for part in text.split(separator: "\n") {
      if !part.hasPrefix(" ") { finish() }
      line += part
    }
    finish()
    return types
  }

  private struct Family {
    let types: [MachineType]

    init?(_ line: String) {
      guard let colon = line.firstIndex(of: ":") else { return nil }
      let head = line[..<colon].split(separator: " ")
      guard head.count == 4 else { return nil }
      let gpu = Self.gpu(head[3])
      types = line[line.index(after: colon)...].split(separator: ",").compactMap { entry in
        let words = entry.split(separator: " ")
        guard words.count >= 4, let cores = Int64(words[1]), let memory = ByteSize(words[2] + "GiB") else { return nil }
        return MachineType(
          name: "\(head[0]).\(words[0])", architecture: String(head[1]), isCurrent: head[2].contains("c"), hasSpot: head[2].contains("s"),
          cores: cores, memory: memory, gpu: gpu, gpuCount: words.count > 4 ? Int(words[4]) ?? 0 : 0,
          listPrice: PriceText.amount(words[3]))
      }
    }

    private static func gpu(_ text: Substring) -> MachineType.GPU? {
      let parts = text.split(separator: "/")
      guard parts.count == 3, let memory = Int64(parts[2]) else { return nil }
      return MachineType.GPU(maker: String(parts[0]), model: String(parts[1].replacing("_", with: " ")), memoryMiB: memory)
    }
  }
}
