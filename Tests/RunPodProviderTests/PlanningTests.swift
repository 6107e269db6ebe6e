import Basics
import FoundationEssentials
import ProviderKit
import RunPilotTesting
import Testing
import TrainingModel

@testable import RunPodProvider
@testable import RunPodSupport

@Suite("What is decided about pods")
struct PlanningTests {
  @Test("a name says whose a pod is, in a hundred characters, and reads back as it was")
  func names() {
    for _ in 0..<200 {
      let (intent, installation) = (UUID().uuidString.lowercased(), UUID().uuidString.lowercased())
      let name = OwnershipName(label: "rp_0042", intent: intent, installation: installation, owner: "grace.hopper@navy.example.org")
      #expect(name.text.utf8.count <= 110)
      #expect(OwnershipName(name.text) == name)
    }
    #expect(OwnershipName(label: "a b/c", intent: "x", installation: "y", owner: "ä ö").text == "runpilot.a-b-c.x.y.-.---")
  }

  @Test(
    "names of others are none of ours",
    arguments: ["", "pytorch-training", "runpilot", "runpilot.a.b.c.d", "runpilot.rp_1..x.-.o", "runpod.a.b.c.-.d"])
  func foreignNames(text: String) { #expect(OwnershipName(text) == nil) }

  @Test(
    "GPUs by the names people use",
    arguments: [
      ("RTX 4090", ["RTX 4090"]), ("rtx4090", ["RTX 4090"]), ("NVIDIA GeForce RTX 4090", ["RTX 4090"]), ("4090", ["RTX 4090"]),
      ("A100", ["A100 PCIe", "A100 SXM"]), ("A100-80GB", ["A100 PCIe", "A100 SXM"]), ("h100 sxm", ["H100 SXM"]), ("L40", ["L40"]),
      ("L40S", ["L40S"]), ("RTX 3080", ["RTX 3080"]), ("RTX PRO 6000", ["RTX PRO 6000"]), ("MI300X", ["MI300X"]),
    ])
  func gpuNames(name: String, expected: [String]) throws {
    #expect(try GPUWish.types(named: name, of: CatalogueReader.bundled).map(\.name).sorted() == expected)
  }

  @Test("a GPU that nobody has is refused with what there is")
  func unknownGPU() throws {
    let error = #expect(throws: ProviderError.self) { try GPUWish.types(named: "RTX-4099", of: CatalogueReader.bundled) }
    #expect(error?.code == .invalidRequest && error?.message == "RunPod has no GPU 'RTX-4099'")
    #expect(error?.hints.first == "did you mean `RTX-4090`?")
  }

  @Test("the catalogue that came with the program is whole")
  func catalogue() {
    #expect(CatalogueReader.bundled.count == 45)
    #expect(CatalogueReader.bundled.allSatisfy { $0.memoryGB > 0 && $0.most[.secure] ?? 0 > 0 })
    #expect(CatalogueReader.bundled.first { $0.name == "A100 PCIe" }?.price[.secure] == Decimal(string: "1.39"))
  }

  @Test(
    "what a refusal means, and what it did",
    arguments: [
      (
        400, "There are no longer any instances available with the requested specifications. Please refresh and try again.", "noCapacity",
        "none"
      ),
      (400, "exactly one of gpu and cpu must be set", "conflict", "none"), (401, "missing bearer token", "unauthorised", "none"),
      (402, "balance too low", "forbidden", "none"), (403, "access denied", "forbidden", "none"),
      (403, "Your account cannot access the requested pool", "quotaExceeded", "none"), (404, "template not found", "notFound", "none"),
      (413, "too large", "invalidRequest", "none"), (422, "bogus", "invalidRequest", "none"), (429, "slowly", "throttled", "none"),
      (500, "internal server error", "vendorFault", "unknown"), (502, "<html>", "vendorFault", "unknown"),
    ])
  func refusals(status: Int, detail: String, code: String, effect: String) {
    let error = ProviderError(
      RunPodProblem(status: status, body: Array("{\"title\":\"t\",\"status\":\(status),\"detail\":\"\(detail)\"}".utf8)), doing: "rent",
      isMutation: true, isCreate: true)
    #expect("\(error.code)".contains(code) && error.effect.rawValue == effect && error.message.contains(detail))
  }

  @Test("what stands before the API says little, and all of it is kept on one line")
  func html() {
    let problem = RunPodProblem(status: 502, body: Array("<html>\n<body>bad\ngateway".utf8))
    #expect(problem.detail == "<html> <body>bad gateway")
  }

  @Test("the quota's fields are read, and what is left is spread")
  func quota() {
    let windows = RateGate.windows("\"minute\";r=0;t=12, \"hour\";r=2800;t=1812, \"day\";r=49500;t=45012")
    #expect(windows.map(\.left) == [0, 2800, 49500] && windows.map(\.reset) == [12, 1812, 45012])
    #expect(RateGate.windows("nonsense, \"x\";r=;t=1,;;").isEmpty && RateGate.windows(nil).isEmpty)
    let gate = RateGate()
    gate.learn("\"minute\";r=59;t=60", now: .seconds(100))
    #expect(gate.wait(now: .seconds(100)) == .zero)
    gate.learn("\"minute\";r=0;t=12", now: .seconds(100))
    #expect(gate.wait(now: .seconds(105)) == .seconds(7))
    #expect(gate.wait(now: .seconds(113)) == .zero)
    gate.learn("\"minute\";r=2;t=30", now: .seconds(200))
    #expect(gate.wait(now: .seconds(200)) == .seconds(10))
  }

  @Test("lines of a log come whole out of pieces that are not")
  func logLines() {
    var lines = PodLogLines()
    let text =
      "id: 1/1\ndata: {\"ts\":\"t\",\"source\":\"container\",\"line\":\"hällo\"}\n\n: keep-alive\n\ndata: {\"line\":\"two\\n\"}\n\ndata: half"
    for byte in text.utf8 { lines.take([byte]) }
    #expect(String(decoding: lines.text, as: UTF8.self) == "hällo\ntwo\n")
  }

  @Test("the document holds the script as the container's whole command, the tags, and nothing that RunPod does not know")
  func document() async throws {
    var create = CreatePod(
      compute: .gpu(id: "NVIDIA L4", count: 2), cloud: .community, dataCenters: ["EU-RO-1"], image: "me/image:1", diskGigabytes: 50)
    create.volume = ("vol1", "/data")
    create.registry = "reg_1"
    create.leastCUDA = "12.8"
    var order = RentalOrder(
      token: LaunchToken("t"), tags: [OwnershipTags.run: "u"], bootScript: "echo 'it''s'\n", name: "runpilot-rp_0001",
      need: RentalNeed(resources: ResourceNeed(), architectures: []))
    let document = try JSON.decode(JSONValue.self, from: Data(try create.document(order).utf8))
    #expect(document["gpu"] == .object(["id": .string("NVIDIA L4"), "count": .int(2), "minCudaVersion": .string("12.8")]))
    #expect(document["cloud"]?.stringValue == "COMMUNITY" && document["registry"]?.stringValue == "reg_1")
    let args = try JSON.decode(JSONValue.self, from: Data((document["args"]?.stringValue ?? "").utf8))
    #expect(args["entrypoint"]?.arrayValue == [.string("/bin/sh"), .string("-c")])
    #expect(args["cmd"]?.arrayValue == [.string("echo 'it''s'\n")])
    #expect(document["env"]?["RUNPILOT_TAGS"]?.stringValue == "{\"runpilot:run\":\"u\"}")
    order.bootScript = String(repeating: "x", count: CreatePod.longest)
    #expect(throws: ProviderError.self) { try create.document(order) }
  }

  @Test(
    "a flavour's memory is a number of bytes, or unknown", arguments: [(4, 8 << 30), (1e300, nil), (.infinity, nil)] as [(Double, Int64?)])
  func memory(each: Double, bytes: Int64?) {
    let flavour = CPUListAnswer.CPU(
      id: "c", name: "c", vcpu: .init(min: 1 << 62, max: .max), ramGbPerVcpu: each, price: .init(), availability: nil)
    #expect(flavour.memory(of: 2)?.bytes == bytes)
    #expect(RunPodProvider.cores(ResourceNeed(), flavour) == nil)
  }
}
