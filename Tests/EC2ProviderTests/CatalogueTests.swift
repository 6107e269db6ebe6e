import Basics
import FoundationEssentials
import ProviderKit
import RunPilotTesting
import Testing
import TrainingModel

@testable import EC2Provider

@Suite("The catalogue, and choosing from it")
struct CatalogueTests {
  private static let types = CatalogueReader.bundled

  private func need(_ change: (inout ResourceNeed) -> Void) -> ResourceNeed {
    var need = ResourceNeed()
    change(&need)
    return need
  }

  private func cheapest(_ need: ResourceNeed, names: [String] = [], architectures: [String] = ["x86_64"], spot: Bool = false) throws
    -> String?
  {
    try MachineChoice.types(for: need, names: names, architectures: architectures, spot: spot, of: Self.types)
      .min { ($0.listPrice ?? 1_000_000, $0.name) < ($1.listPrice ?? 1_000_000, $1.name) }?.name
  }

  @Test("every type of the text is read")
  func reading() throws {
    #expect(Self.types.count > 1_200)
    #expect(Set(Self.types.map(\.name)).count == Self.types.count)
    let g5 = try #require(Self.types.first { $0.name == "g5.12xlarge" })
    #expect(g5.gpu == MachineType.GPU(maker: "NVIDIA", model: "A10G", memoryMiB: 22_888))
    #expect(g5.gpuCount == 4)
    #expect(g5.cores == 48)
    #expect(g5.memory.bytes == 192 << 30)
    #expect(g5.listPrice == Decimal(string: "5.672"))
    #expect(g5.architecture == "x86_64")
    #expect(Self.types.first { $0.name == "p5e.48xlarge" }?.listPrice == nil, "unknown stays unknown")
    #expect(Self.types.contains { $0.architecture == "aarch64" })
    #expect(CatalogueReader.read("nonsense\n  more\nx y z: large a b c\n").isEmpty)
  }

  @Test(
    "GPUs by the names that people use",
    arguments: [
      ("a10g", "A10G", true), ("A10", "A10G", true), ("NVIDIA A100-80GB", "A100", true), ("Tesla T4", "T4", true), ("t4", "T4g", false),
      ("H100 80GB HBM3", "H100", true), ("h100", "H200", false), ("L40S", "L40S", true), ("l4", "L40S", false),
      ("rtx-pro-6000", "RTX PRO Server 6000", true),
    ])
  func gpuNames(text: String, model: String, matches: Bool) throws {
    let name = try #require(GPUName(text))
    #expect(name.matches(MachineType.GPU(maker: "NVIDIA", model: model, memoryMiB: 81_920)) == matches)
  }

  @Test("memory in a GPU's name is a condition")
  func gpuMemory() throws {
    let name = try #require(GPUName("A100-80GB"))
    #expect(!name.matches(MachineType.GPU(maker: "NVIDIA", model: "A100", memoryMiB: 40_960)))
    #expect(try #require(GPUName("A10G 24GB")).matches(MachineType.GPU(maker: "NVIDIA", model: "A10G", memoryMiB: 22_888)))
    #expect(GPUName("  NVIDIA ") == nil)
  }

  @Test("the cheapest machine that meets a need")
  func choice() throws {
    #expect(try cheapest(need { $0.gpus = .count(1) }) == "g4dn.xlarge")
    #expect(try cheapest(need { $0.gpuType = "A10G" }) == "g5.xlarge")
    #expect(try cheapest(need { ($0.gpus, $0.gpuType) = (.count(8), "H100") }) == "p5.48xlarge")
    #expect(try cheapest(need { ($0.gpus, $0.gpuType) = (.count(1), "A100-80GB") }) == "p4de.24xlarge")
    #expect(try cheapest(need { ($0.gpus, $0.memory) = (.all, ByteSize("60GiB")) }) == "g4dn.4xlarge")
    #expect(try cheapest(need { ($0.gpus, $0.gpuType) = (.count(16), "H100") }) == nil)
    let small = try #require(try cheapest(ResourceNeed()))
    let type = try #require(Self.types.first { $0.name == small })
    #expect(type.cores >= 2 && type.memory.bytes >= 4 << 30 && type.gpu == nil && type.isCurrent)
    #expect(try cheapest(need { $0.cpuMillis = 100_000 })?.contains("metal") == false)
    #expect(try cheapest(need { $0.gpus = .count(1) }, architectures: ["aarch64"]) == "g5g.xlarge")
  }

  @Test("a machine that is named may be old, small, or have a part of a GPU")
  func named() throws {
    #expect(try cheapest(ResourceNeed(), names: ["t3.micro"]) == "t3.micro")
    #expect(try cheapest(need { $0.gpus = .count(1) }, names: ["g6f.large"]) == "g6f.large")
    #expect(try cheapest(need { $0.gpus = .count(2) }, names: ["g6f.large"]) == nil)
    #expect(try cheapest(need { $0.cpuMillis = 8_000 }, names: ["t3.micro"]) == nil)
    #expect(try cheapest(ResourceNeed(), names: ["g5.xlarge"]) == "g5.xlarge")
  }

  @Test("wishes that nothing can meet say so, with the nearest name")
  func wishes() {
    let type = #expect(throws: ProviderError.self) { try cheapest(ResourceNeed(), names: ["g5.xlrge"]) }
    #expect(type?.hints.first == "did you mean `g5.xlarge`?")
    let gpu = #expect(throws: ProviderError.self) { try cheapest(need { $0.gpuType = "H10" }) }
    #expect(gpu?.hints.last?.contains("H100") == true)
    #expect(throws: ProviderError.self) { try cheapest(need { $0.gpus = .ids(["0"]) }) }
  }

  @Test("the price of a disk is exact to ten places")
  func disk() throws {
    let book = PriceBook.bundled("us-east-1")
    #expect(book.diskHourly(gigabytes: 100) == Decimal(string: "0.0109589041"))
    #expect(book.diskHourly(gigabytes: 730) == Decimal(string: "0.08"))
    #expect(book.hourly("t3.medium") == Decimal(string: "0.0416"))
    #expect(PriceBook.bundled("eu-west-2") == PriceBook(region: "eu-west-2"))
  }

  @Test("fetched prices stand beside those that came with the program, each with its own day")
  func merging() throws {
    var book = PriceBook.bundled("us-east-1")
    var fetched = PriceBook(region: "us-east-1")
    fetched.machines["g5.xlarge"] = PriceBook.Price(usd: "1.5", date: "2026-11-21", source: "list")
    fetched.machines["t3.medium"] = PriceBook.Price(usd: nil, date: "2026-11-21", source: "list")
    fetched.machines["t3.large"] = PriceBook.Price(usd: "9", date: "2020-01-01", source: "list")
    fetched.machines["p5e.48xlarge"] = PriceBook.Price(usd: nil, date: "2026-11-21", source: "list")
    book.merge(fetched)
    #expect(book.machines["g5.xlarge"] == fetched.machines["g5.xlarge"])
    #expect(book.hourly("t3.medium") == Decimal(string: "0.0416"), "no price takes none away")
    #expect(book.hourly("t3.large") == Decimal(string: "0.0832"), "older than what is known")
    #expect(book.machines["m5.large"]?.date == CatalogueText.date)
    #expect(book.diskMonth?.usd == "0.08")
    #expect(!book.isOpen("p5e.48xlarge", on: "2026-11-21"), "asked today")
    #expect(book.isOpen("p5e.48xlarge", on: "2026-11-22"))
    let folder = try TemporaryFolder()
    let store = PriceStore(folder: folder.path + "/prices", now: { Date() })
    store.keep(fetched)
    #expect(store.book("us-east-1") == book)
  }

  @Test("the one price in an answer of the price list")
  func priceList() {
    func product(_ prices: [String]) -> JSONValue {
      let dimensions = prices.enumerated().map { "\"d\($0)\":{\"pricePerUnit\":{\"USD\":\"\($1)\"}}" }.joined(separator: ",")
      return .string("{\"terms\":{\"OnDemand\":{\"t\":{\"priceDimensions\":{\(dimensions)}}}}}")
    }
    #expect(PriceList.price(.object(["PriceList": .array([product(["0.5260000000"])])])) == "0.526")
    #expect(PriceList.price(.object(["PriceList": .array([product(["0.526"]), product(["0.0000000000"])])])) == "0.526")
    #expect(PriceList.price(.object(["PriceList": .array([product(["0.526"]), product(["0.6"])])])) == nil)
    #expect(PriceList.price(.object(["PriceList": .array([])])) == nil)
    #expect(PriceList.price(.null) == nil)
  }
}
