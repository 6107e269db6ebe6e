import Basics
import FoundationEssentials
import ProviderKit
import RunPilotTesting
import Testing
import TrainingModel

@testable import LyceumProvider

@Suite("Virtual machines of Lyceum")
struct MachineTests {
  private func captured<Answer: Decodable>(_ name: String, as type: Answer.Type) throws -> Answer {
    try JSON.decode(type, from: try Files.read(Paths.resolve("Vectors/\(name).json", from: Paths.parent(of: #filePath))))
  }

  @Test("captured answers: addresses with and without a port, and none; what a create does not say; times without a zone")
  func answers() throws {
    let bare = try captured("vm_status_ready_bare_ip", as: MachineAnswer.self)
    #expect(bare.door?.host == "203.0.113.10" && bare.door?.port == 22 && bare.state == .running && bare.machine == "1x l40s")
    let port = try captured("vm_status_ready_host_port", as: MachineAnswer.self)
    #expect(port.door?.host == "198.51.100.20" && port.door?.port == 22 && port.market == "spot")
    #expect(try captured("vm_status_ready_null_ip", as: MachineAnswer.self).door == nil)
    let made = try captured("vm_create_pending", as: MachineAnswer.self)
    #expect(made.state == .starting && made.profile == nil && made.machine == "1x l40s" && ExecutionAnswer.time(made.createdAt) != nil)
    let list = try captured("vm_list_mixed", as: MachineListAnswer.self).vms
    #expect(list.map(\.state) == [.gone, .running, .starting] && list[2].machine == "2x a100")
    #expect(try captured("vm_list_empty", as: MachineListAnswer.self).vms.isEmpty)
  }

  @Test("captured prices are text; what is sold out is an empty list, what is not offered is absent")
  func prices() throws {
    let prices = try captured("pricing_vm_running", as: PricingAnswer.self)
    #expect(prices.hourly(.onDemand, "a100", count: 2) == Decimal(string: "3.17998800"))
    #expect(prices.hourly(.onDemand, "a100", count: 3) == nil)
    let stock = try captured("vms_availability", as: AvailabilityAnswer.self).variants
    #expect(stock.first { $0.profile == "b200" && $0.market == "spot" }?.available.isEmpty == true)
    #expect(!stock.contains { $0.profile == "l40s" && $0.market == "spot" })
  }

  private func lyceum(_ account: [String: JSONValue] = [:], home: String) async throws -> TestLyceum {
    try await TestLyceum(["product": .string("machines")], account: account, home: home)
  }

  private func need(_ gpu: String, _ count: Int = 1, spot: Bool = false) -> RentalNeed {
    var resources = ResourceNeed()
    (resources.gpuType, resources.gpus) = (gpu, .count(count))
    return RentalNeed(resources: resources, spot: spot, architectures: ["x86_64"])
  }

  @Test(
    "the smallest that is large enough, on demand or on the market, at its own price; what is sold out comes only when nothing else is there"
  )
  func places() async throws {
    let folder = try TemporaryFolder()
    let lyceum = try await lyceum(["sold_out": .array([.string("on-demand.a100"), .string("spot.h100")])], home: folder.path)
    let three = try await lyceum.provider.candidates(for: need("H100", 3))
    #expect(three.map(\.place.machine) == ["4x h100"] && three[0].offer.pricePerHour?.amount == Decimal(string: "11.16"))
    #expect(three[0].offer.cpuCores == 128 && three[0].offer.memory == ByteSize("724GiB"))
    #expect(three[0].offer.gpuMemory == ByteSize("81559MiB") && three[0].offer.isSpot == false && three[0].offer.pricedOn != nil)
    let spot = try await lyceum.provider.candidates(for: need("A100", spot: true))
    #expect(spot.map(\.place.market) == [.spot] && spot[0].offer.pricePerHour?.amount == Decimal(string: "0.8"))
    #expect(try await lyceum.provider.candidates(for: need("A100")).count == 1, "stock changes: what is named is tried all the same")
    var any = need("A100")
    any.resources.gpuType = nil
    #expect(try await lyceum.provider.candidates(for: any).map(\.place.machine) == ["1x l40s", "1x h100", "1x h200"])
    let error = await #expect(throws: ProviderError.self) { try await lyceum.provider.candidates(for: need("V100")) }
    #expect(error?.code == .invalidRequest)
    #expect(try await lyceum.account.violations().isEmpty)
  }

  @Test("rented once, whatever becomes of the answer; listed with its owner, deleted; the key for it is made once, and only we read it")
  func life() async throws {
    let folder = try TemporaryFolder()
    let lyceum = try await lyceum(home: folder.path)
    let rental = try await lyceum.composed(need("A100", 2))
    try await lyceum.account.addFault("drop-answer", method: "POST", path: "/vms/create")
    let lost = await #expect(throws: ProviderError.self) { try await lyceum.provider.send(rental) }
    #expect(lost?.effect == .unknown)
    let made = try await lyceum.provider.send(rental)
    let listed = try await lyceum.provider.resources(.run(uid: lyceum.uid), after: nil).resources
    #expect(listed.map(\.id) == [made.id] && listed[0].place?.machine == "2x a100" && listed[0].installation == lyceum.installation)
    #expect(!rental.request.contains("PRIVATE KEY"))
    let key = try Files.readText(folder.path + "/keys/machines.pub")
    #expect(rental.request.contains(key.trimmed().split(separator: " ")[1].replacing("/", with: "/")))
    _ = try await lyceum.composed(need("A100"))
    #expect(try Files.readText(folder.path + "/keys/machines.pub") == key)
    try await lyceum.account.addFault("error", method: "DELETE", times: 2)
    #expect(try await lyceum.provider.end(made.id) == .destroyed, "every failure of a deletion is tried again")
    #expect(try await lyceum.provider.end(made.id) == .alreadyGone)
    #expect(try await lyceum.provider.status(of: made.id) == .gone)
    #expect(try await lyceum.account.violations().isEmpty)
  }
}
