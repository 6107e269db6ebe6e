import Basics
import ControlAPI
import Glibc
import Testing
import TrainingModel

/// `run` of a file with `matrix:`, where its provider takes whole sweeps.
@Suite("A sweep that is taken at once")
struct SweepCommandTests {
  private func stage(takes: Int?, signals: [Int32] = []) throws -> Stage {
    let runs = FakeRuns()
    runs.with { ($0.takes, $0.takesLong) = (takes, !signals.isEmpty) }
    return try Stage(runs: runs, signals: signals)
  }

  @Test("all runs go out in one request, alike but for their parameters, and are followed to their end")
  func taken() async throws {
    let stage = try stage(takes: 3)
    let result = try await stage.run("run sweep.yaml --tag mine")
    #expect(result.code == 0 && result.errors.contains("3 runs, rp_0100 to rp_0102, wait at local"), "\(result.errors)")
    let sweep = try #require(stage.runs.with { $0.sweeps.first })
    #expect(sweep.maxParallel == 2 && sweep.after.isEmpty && sweep.label.hasPrefix("sweep-"))
    #expect(sweep.runs.map { $0.spec.params["n"] } == [.int(1), .int(2), .int(3)])
    #expect(sweep.runs.allSatisfy { $0.spec.tags == ["mine", sweep.label] && $0.sweep == nil })
    #expect(stage.runs.with { $0.submitted.isEmpty })
    #expect(stage.runs.with { Set($0.followed.map(\.rawValue)) } == ["rp_0100", "rp_0101", "rp_0102"])
    #expect(result.output.contains("rp_0102"), "\(result.output)")
  }

  @Test("what was not taken is said with its reason, and what was taken is followed all the same")
  func partly() async throws {
    let stage = try stage(takes: 2)
    let result = try await stage.run("run sweep.yaml")
    #expect(result.code == 75, "\(result.code) \(result.errors)")
    #expect(result.errors.contains("no more of these") && result.errors.contains("2 of 3 succeeded; see"), "\(result.errors)")
    #expect(stage.runs.with { $0.followed.count } == 2)
  }

  @Test(
    "--detach leaves it there and prints its runs; where they are to be started one after the other it is refused, and nothing is started")
  func detached() async throws {
    let stage = try stage(takes: 3)
    let result = try await stage.run("run sweep.yaml --detach")
    #expect(result.code == 0 && result.output == "rp_0100\nrp_0101\nrp_0102\n", "\(result.output)")
    #expect(stage.runs.with { $0.followed.isEmpty } && result.errors.contains("--resume sweep-"))
    let alone = try self.stage(takes: nil)
    let refused = try await alone.run("run sweep.yaml --detach")
    #expect(refused.code == 64 && refused.errors.contains("one after the other"), "\(refused.errors)")
    #expect(alone.runs.with { $0.submitted.isEmpty })
  }

  @Test("Ctrl-C while they are submitted ends what was taken by then, also with --detach", arguments: ["", " --detach"])
  func interrupted(words: String) async throws {
    let stage = try stage(takes: 2, signals: [SIGINT])
    let result = try await stage.run("run sweep.yaml" + words)
    #expect(result.code == 130, "\(result.code) \(result.errors)")
    #expect(stage.runs.with { Set($0.stops) } == ["rp_0100 stop", "rp_0101 stop"])
  }
}
