import Basics
import FoundationEssentials

/// What the catalogue says of GPUs: `GET /v2/catalog/gpus`.
struct GPUListAnswer: Decodable {
  struct GPU: Decodable {
    struct Price: Decodable {
      var secure: Decimal?
      var community: Decimal?
    }
    struct Most: Decodable {
      var secure: Int?
      var community: Int?
    }
    struct Place: Decodable {
      var id: String
      var availability: String?
    }
    var id: String
    var name: String
    var memory: Int64
    var secure: Bool
    var community: Bool
    var price: Price
    var maxCount: Most
    var availability: String?
    var dataCenters: [Place]?
  }
  var gpus: [GPU]

  /// As one cloud has them: the rest of what is known comes from `known`.
  func types(known: [PodType]) -> [PodType] {
    gpus.map { gpu in
      let usual = known.first { $0.id == gpu.id }
      var most: [PodType.Cloud: Int] = [:]
      var price: [PodType.Cloud: Decimal] = [:]
      if gpu.secure {
        most[.secure] = gpu.maxCount.secure ?? 1
        price[.secure] = gpu.price.secure.flatMap { $0 > 0 ? $0 : nil }
      }
      if gpu.community {
        most[.community] = gpu.maxCount.community ?? 1
        price[.community] = gpu.price.community.flatMap { $0 > 0 ? $0 : nil }
      }
      return PodType(
        id: gpu.id, name: gpu.name, memoryGB: gpu.memory, coresPerGPU: usual?.coresPerGPU, memoryPerGPU: usual?.memoryPerGPU, most: most,
        price: price, isAvailable: gpu.availability.map { $0 != "NONE" },
        dataCenters: gpu.availability == nil ? nil : (gpu.dataCenters ?? []).filter { $0.availability != "NONE" }.map(\.id))
    }
  }
}

/// What the catalogue says of machines without GPUs: `GET /v2/catalog/cpus`.
struct CPUListAnswer: Decodable {
  struct CPU: Decodable {
    struct Range: Decodable {
      var min: Int64
      var max: Int64
    }
    struct Price: Decodable { var securePerVcpu: Decimal? }
    var id: String
    var name: String
    var vcpu: Range
    var ramGbPerVcpu: Double
    var price: Price
    var availability: String?

    /// Nil for what is no number of bytes.
    func memory(of cores: Int64) -> ByteSize? {
      Int64(exactly: (Double(cores) * ramGbPerVcpu * Double(1 << 30)).rounded(.down)).map { ByteSize(bytes: max(0, $0)) }
    }
  }
  var cpus: [CPU]
}
