import Basics
import HTTPDirect
import RunPilotTesting
import RunPodSupport
import Synchronization
import Testing
import TrainingModel

@testable import RunPodProvider

@Suite("A pod's own end")
struct PodEndTests {
  @Test(
    "by the API, by GraphQL where the pod's key may only that, and not at all where it may nothing",
    arguments: [("rest", true, ["DELETE"]), ("graphql", true, ["DELETE", "POST"]), ("none", false, ["DELETE", "POST"])])
  func end(right: String, ends: Bool, methods: [String]) async throws {
    let pods = try await TestRunPod(account: ["pod_key": .string(right)])
    let made = try await pods.provider.send(try await pods.composed())
    let other = try await pods.provider.send(try await pods.composed())
    let pod = try #require(try await pods.account.pods().first { $0.id == made.id.rawValue })
    let asked = try await pods.account.log().count
    let environment = ["RUNPOD_POD_ID": pod.id, "RUNPOD_API_KEY": pod.key, "RUNPILOT_RUNPOD_API": pods.account.engine.endpoint]
    let words = Mutex<[String]>([])
    let end = PodEnd(transport: DirectTransport(environment: [:]), environment: environment) { line in words.withLock { $0.append(line) } }
    #expect(await end.ask() == ends)
    #expect(try await pods.account.log().dropFirst(asked).map(\.method) == methods)
    #expect(try await pods.account.live().map(\.id).contains(pod.id) == !ends)
    #expect(try await pods.account.live().map(\.id).contains(other.id.rawValue), "and only itself")
    #expect(words.withLock { !$0.joined().contains(pod.key) })
    #expect(try await pods.account.violations().isEmpty)
  }

  @Test("what is no pod is not ended")
  func elsewhere() async {
    let end = PodEnd(transport: DirectTransport(environment: [:]), environment: ["RUNPOD_POD_ID": "x"]) { _ in }
    #expect(await end.ask() == false)
  }
}
