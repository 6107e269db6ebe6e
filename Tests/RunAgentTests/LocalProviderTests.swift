import Basics
import FoundationEssentials
import Glibc
import ProviderKit
import Subprocessing
import Testing
import TrainingModel

@testable import LocalProvider

@Suite("This machine as a provider")
struct LocalProviderTests {
  @Test(
    "GPUs: what is wanted against what is there",
    arguments: [
      (GPUNeed.none, [0], nil, nil), (.all, [0, 1], nil, nil), (.count(1), [0, 1], nil, "0"), (.count(2), [0, 1, 2], "2,0,1", "2,0"),
      (.ids(["1", "0"]), [0, 1], nil, "1,0"), (.ids(["GPU-1234"]), [0], nil, "GPU-1234"), (.count(0), [], nil, ""),
    ] as [(GPUNeed, [Int], String?, String?)])
  func gpus(need: GPUNeed, known: [Int], caller: String?, expected: String?) throws {
    let devices = GPUDevices(known: known)
    try devices.check(need)
    #expect(devices.visible(need, environment: caller.map { [GPUDevices.variable: $0] } ?? [:]) == expected)
  }

  @Test("GPUs that are not there are refused, with what is", arguments: [(GPUNeed.all, []), (.count(2), [0]), (.ids(["3"]), [0, 1])])
  func missing(need: GPUNeed, known: [Int]) {
    #expect(throws: ProviderError.self) { try GPUDevices(known: known).check(need) }
  }

  @Test("A run's processes are found: its agent by the folder, the rest by their environment; and only this home's")
  func finding() async throws {
    try await withAgent("setsid sleep 600 & echo ready; wait") { agent in
      let child = try agent.start()
      try await agent.wait("the job is ready") { (try? agent.log())?.contains("ready") ?? false }
      let processes = RunProcesses(home: agent.root, provider: "local")
      let tree = try #require(processes.find(uid: agent.uid).first)
      #expect(tree.agent?.pid == child.pid)
      #expect(tree.others.count >= 2)
      #expect(processes.find(uid: nil) == [tree])
      #expect(processes.find(uid: "another").isEmpty)
      #expect(RunProcesses(home: agent.root + "x", provider: "local").find(uid: nil).isEmpty)
      #expect(RunProcesses(home: agent.root, provider: "else").find(uid: nil).first?.agent == nil)
      child.signal(SIGKILL)
      _ = await child.wait()
      let orphans = try #require(processes.find(uid: agent.uid).first)
      #expect(orphans.agent == nil)
      #expect(orphans.runFolder == agent.folder.path)
      #expect(await Teardown.end(TeardownStep.kill, find: { processes.find(uid: agent.uid).flatMap(\.all) }).isEmpty)
    }
  }
}
