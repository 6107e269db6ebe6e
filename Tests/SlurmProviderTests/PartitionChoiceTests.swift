import Basics
import ProviderKit
import Testing
import TrainingModel

@testable import SlurmProvider

@Suite("Which partition a run goes to")
struct PartitionChoiceTests {
  private let groups = [
    "cpu|up|infinite|64|256000|10|(null)|idle", "gpu*|up|2-00:00:00|96|1000000|4|gpu:h100:8(S:0-1)|mixed",
    "old|down|infinite|8|1000|1|gpu:k80:4|down",
    "gpu*|up|2-00:00:00|32|200000|2|gpu:a100:2|idle",
  ].compactMap { NodeGroup($0[...]) }

  private func choose(_ wished: [String] = [], gpus: Int = 0, type: String? = nil, cpus: Int64? = nil) throws -> [String] {
    var need = ResourceNeed()
    need.gpuType = type
    need.cpuMillis = cpus.map { $0 * 1_000 }
    return try PartitionChoice(groups: groups, wished: wished).fitting(need, gpus: gpus).map(\.partition)
  }

  @Test("the cluster's default first, then every other that fits; the settings' order where there is one")
  func order() throws {
    #expect(try choose() == ["gpu", "cpu"])
    #expect(try choose(["cpu", "gpu"]) == ["cpu", "gpu"])
    #expect(try choose(gpus: 4) == ["gpu"])
    #expect(try choose(gpus: 2, type: "A100") == ["gpu"])
  }

  @Test("a partition that does not exist is said to be so, with those that do")
  func unknown() {
    #expect {
      try choose(["gpux"])
    } throws: { error in
      let error = error as? ProviderError
      return error?.code == .invalidRequest && error?.message.contains("no partition 'gpux'; it has cpu, gpu, old") == true
    }
  }

  @Test("where nothing fits, what there is is told")
  func nothing() {
    #expect {
      try choose(gpus: 16)
    } throws: { error in
      let words = (error as? ProviderError)?.message ?? ""
      return (error as? ProviderError)?.code == .noCapacity && words.contains("8 GPUs (h100)") && words.contains("old is not up")
    }
  }
}
