import FoundationEssentials
import ProviderKit
import Testing
import TrainingModel

@testable import SlurmProvider

@Suite("What the accounts say that a job had, in money")
struct UsageTests {
  private func settings(node: String? = nil, gpu: String? = nil) throws -> SlurmSettings {
    var settings = try SlurmSettings([:])
    (settings.nodeHour, settings.gpuHour) = (node.flatMap { Decimal(string: $0) }, gpu.flatMap { Decimal(string: $0) })
    return settings
  }

  @Test("a line of sacct")
  func lines() throws {
    let stretch = try #require(JobStretch("1795291845|1795291848|3|2|billing=1,cpu=1,gres/gpu:h100=4,gres/gpu=4,mem=100M,node=2"))
    #expect(stretch.seconds == 3 && stretch.nodes == 2 && stretch.gpus == 4 && stretch.end == Date(timeIntervalSince1970: 1_795_291_848))
    #expect(JobStretch("1795291845|1795291848|3|2|gres/gpu:a100=1,gres/gpu:t4=2")?.gpus == 3, "by model only")
    #expect(JobStretch("1795291845|Unknown|3|1|")?.end == nil && JobStretch("1795291845|Unknown|3|1|")?.nodes == 1)
    #expect(JobStretch("1795291845|1795291848||1|")?.seconds == 3, "from its start to its end where nothing else is said")
    let wrong = JobStretch("1795291845|1795291848|-3|-2|gres/gpu:a=9223372036854775807,gres/gpu:b=9223372036854775807")
    #expect(wrong?.seconds == 0 && wrong?.nodes == 0 && wrong?.gpus == 0, "nothing that would be given back")
    #expect(JobStretch("9223372036854775807|1795291848|1|1|") == nil)
    #expect(JobStretch("Unknown|Unknown|0|1|") == nil && JobStretch("sacct: error") == nil)
  }

  @Test("each start counts, for the seconds that it had its nodes and GPUs, exactly")
  func sum() throws {
    func at(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_795_000_000 + seconds) }
    let stretches = [
      JobStretch(start: at(0), end: at(10), seconds: 10, nodes: 2, gpus: 4),
      JobStretch(start: at(100), end: at(135), seconds: 30, nodes: 2, gpus: 4),
    ]
    // 40 s of two nodes and four GPUs, 14.40 an hour together; what it was suspended for is not counted.
    let bills = SlurmProvider.bills(stretches, try settings(node: "3.60", gpu: "1.80"), from: at(0), to: at(140))
    #expect(bills.reduce(0) { $0 + $1.amount.amount } == Decimal(string: "0.16"))
    #expect(bills.map(\.from) == [at(0), at(100)] && bills.map(\.to) == [at(10), at(140)], "whole to the end that was seen")
    #expect(
      SlurmProvider.bills(stretches, try settings(gpu: "0.9"), from: at(0), to: at(140)).reduce(0) { $0 + $1.amount.amount }
        == Decimal(string: "0.04"))
  }

  @Test("no bill while a start lasts; what had the number years ago is none of it")
  func unfinished() throws {
    func at(_ seconds: Double) -> Date { Date(timeIntervalSince1970: 1_795_000_000 + seconds) }
    let old = JobStretch(start: at(-1e8), end: at(-1e8 + 5), seconds: 5, nodes: 9, gpus: 0)
    let running = JobStretch(start: at(0), end: nil, seconds: 5, nodes: 1, gpus: 0)
    let over = JobStretch(start: at(0), end: at(3_600), seconds: 3_600, nodes: 1, gpus: 0)
    let price = try settings(node: "1.00")
    #expect(SlurmProvider.bills([old, running], price, from: at(0), to: at(9)).isEmpty)
    #expect(SlurmProvider.bills([old, over], price, from: at(0), to: at(3_600)).map(\.amount) == [Money(1)])
    #expect(SlurmProvider.bills([], price, from: at(0), to: at(9)).isEmpty)
  }
}
