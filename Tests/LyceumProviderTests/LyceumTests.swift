import Basics
import FoundationEssentials
import ProviderKit
import RunPilotTesting
import Testing
import TrainingModel

@testable import LyceumProvider

@Suite("Executions of Lyceum")
struct LyceumTests {
  @Test("started, listed with its owner, looked at, aborted, billed")
  func life() async throws {
    let lyceum = try await TestLyceum()
    let rental = try await lyceum.composed()
    let made = try await lyceum.provider.send(rental)
    let listed = try #require(try await lyceum.provider.resources(.run(uid: lyceum.uid), after: nil).resources.first)
    #expect(listed.id == made.id && listed.intent?.rawValue == rental.token.value && listed.installation == lyceum.installation)
    #expect(listed.owner == "tests@example.org" && listed.place?.machine == "a100" && listed.launchedAt != nil)
    #expect(try await lyceum.provider.status(of: made.id) == .running)
    let sent = try #require(try await lyceum.account.executions().first).sent
    #expect((3_500...3_600).contains(sent["timeout"]?.intValue ?? 0), "the vendor ends it when its time is over")
    #expect(try await lyceum.provider.end(made.id) == .pending(checkAgainIn: .seconds(5)))
    #expect(try await lyceum.provider.status(of: made.id) == .gone)
    #expect(try await lyceum.provider.end(made.id) == .alreadyGone)
    #expect(try await lyceum.provider.resources(.everything, after: nil).resources.isEmpty)
    #expect(try await lyceum.provider.bills(of: made.id, from: .distantPast, to: .distantFuture).count == 1)
    #expect(try await lyceum.provider.status(of: ResourceID("nobody")) == .gone)
    #expect(try await lyceum.provider.end(ResourceID("nobody")) == .alreadyGone)
    #expect(try await lyceum.account.violations().isEmpty)
  }

  @Test("a lost answer, a server that fails, a connection that breaks: exactly one execution", arguments: ["drop-answer", "error", "drop"])
  func exactlyOne(fault: String) async throws {
    let lyceum = try await TestLyceum()
    let rental = try await lyceum.composed()
    try await lyceum.account.addFault(fault, method: "POST", path: "/execution/image/start")
    let error = await #expect(throws: ProviderError.self) { try await lyceum.provider.send(rental) }
    #expect(error?.effect == .unknown)
    let made = try await lyceum.provider.send(rental)
    #expect(try await lyceum.provider.send(rental).id == made.id)
    #expect(try await lyceum.account.executions().count == 1)
  }

  @Test("no capacity is a fault of the server's, in its own words, and nothing was made")
  func capacity() async throws {
    let lyceum = try await TestLyceum(account: ["sold_out": .array([.string("a100")])])
    let rental = try await lyceum.composed()
    let error = await #expect(throws: ProviderError.self) { try await lyceum.provider.send(rental) }
    #expect(error?.code == .noCapacity && error?.effect == ProviderError.Effect.none)
    #expect(try await lyceum.account.executions().isEmpty)
  }

  @Test(
    "captured refusals are understood",
    arguments: [
      ("error_500_capacity", 500, ProviderError.Code.noCapacity, "none"), ("error_400_unknown_profile", 400, .invalidRequest, "none"),
      ("error_404_vm_not_found", 404, .notFound, "none"),
    ])
  func refusals(file: String, status: Int, code: ProviderError.Code, effect: String) throws {
    let path = try #require(vector(file))
    let problem = LyceumProblem(status: status, body: Array(try Files.read(path)))
    let error = ProviderError(problem, doing: "start", isMutation: true, retryAfter: nil)
    #expect(error.code == code && error.effect.rawValue == effect)
  }

  @Test("the account as it was captured: who it is, and how many credits it has")
  func captured() throws {
    let path = try #require(vector("user_status"))
    let user = try JSON.decode(UserAnswer.self, from: try Files.read(path))
    #expect(user.email == "user@example.com" && user.credits == 500 && user.isActive == true)
  }

  /// A captured answer.
  private func vector(_ name: String) -> String? {
    let path = Paths.resolve("Vectors/\(name).json", from: Paths.parent(of: #filePath))
    return Files.exists(path) ? path : nil
  }

  @Test("other failures of the server may have made something")
  func ambiguous() {
    let error = ProviderError(
      LyceumProblem(status: 500, body: Array("{\"detail\":\"Internal server error\"}".utf8)), doing: "start", isMutation: true,
      retryAfter: nil)
    #expect(error.code == .vendorFault && error.effect == .unknown)
    let list = LyceumProblem(status: 422, body: Array("{\"detail\":[{\"loc\":[\"x\"],\"msg\":\"field required\"}]}".utf8))
    #expect(list.detail == "field required")
  }

  @Test(
    "profiles by the names people use",
    arguments: [
      ("A100", 1, ["a100"]), ("nvidia-a100-80gb", 1, ["a100"]), ("h100", 1, ["h100", "h100.2x"]), ("H100", 2, ["h100.2x"]),
      ("l40s", 1, ["gpu.l40s"]),
    ])
  func profiles(gpu: String, count: Int, expected: [String]) throws {
    var need = ResourceNeed()
    (need.gpuType, need.gpus) = (gpu, .count(count))
    let all = ["cpu", "gpu.l40s", "a100", "h100", "h100.2x"].map { Profile($0) }
    #expect(try Profile.meeting(need, of: all).map(\.name) == expected)
    need.gpuType = "V100"
    let error = #expect(throws: ProviderError.self) { try Profile.meeting(need, of: all) }
    #expect(error?.code == .invalidRequest)
    #expect(try Profile.meeting(ResourceNeed(), of: all).map(\.name) == ["cpu"])
  }

  @Test("prices come as numbers and as text; what the account may not use is not offered; spot is refused with the reason")
  func offers() async throws {
    let lyceum = try await TestLyceum(account: ["allowed": .array([.string("h100"), .string("h100.2x")])])
    let found = try await lyceum.provider.candidates(for: lyceum.need(gpu: "H100"))
    #expect(found.map(\.offer.pricePerHour?.amount) == [Decimal(string: "2.79"), Decimal(string: "5.58")])
    let error = await #expect(throws: ProviderError.self) {
      try await lyceum.provider.candidates(for: RentalNeed(resources: ResourceNeed(), spot: true, architectures: ["x86_64"]))
    }
    #expect(error?.code == .invalidRequest)
  }

  @Test("a wrong key is said to be wrong, and never shown; a check says what is missing")
  func keys() async throws {
    let wrong = try await TestLyceum(key: "lk_wrong")
    let error = await #expect(throws: ProviderError.self) { try await wrong.provider.resources(.ours, after: nil) }
    #expect(error?.code == .unauthorised && error?.message.contains("lk_wrong") == false)
    let right = try await TestLyceum(["mailbox": .string("s3://b/p")])
    #expect(await right.provider.check().map(\.outcome) == [.ok, .ok, .ok, .ok])
    let none = try await TestLyceum(key: " ")
    #expect(await none.provider.check().map(\.outcome) == [.failed, .failed])
  }
}
