import DockerSupport
import ProviderKit
import Testing
import TrainingModel

@testable import NvidiaDockerProvider

@Suite("Before a job asks for GPUs")
struct GPUPreflightTests {
  private static let two = ["GPU 0: NVIDIA A100 (UUID: GPU-a)", "GPU 1: NVIDIA A100 (UUID: GPU-b)"]

  private static func refusal(_ preflight: GPUPreflight, _ need: GPUNeed) -> ProviderError? {
    do throws(ProviderError) {
      try preflight.review(need)
      return nil
    } catch {
      return error
    }
  }

  @Test("With a driver that lists GPUs the run may ask for as many as there are")
  func enough() {
    let preflight = GPUPreflight(listed: Self.two, engineKnowsThem: false, isElsewhere: false)
    for need in [GPUNeed.all, .count(1), .count(2), .ids(["0", "GPU-b"])] { #expect(Self.refusal(preflight, need) == nil) }
    #expect(Self.refusal(preflight, .count(3))?.message.contains("has 2") == true)
    #expect(preflight.count(of: .all) == 2)
  }

  @Test("A machine without anything is told what is missing, and how to run without")
  func nothing() {
    let preflight = GPUPreflight(listed: nil, driverProblem: "there is no `nvidia-smi`", engineKnowsThem: false, isElsewhere: false)
    let refusal = Self.refusal(preflight, .all)
    #expect(refusal?.code == .noCapacity)
    #expect(refusal?.message.contains("there is no `nvidia-smi`") == true && refusal?.message.contains("no NVIDIA runtime") == true)
    #expect(refusal?.hints.contains { $0.contains("--gpus 0") } == true)
    #expect(preflight.results.allSatisfy { $0.outcome != .ok && !$0.hints.isEmpty })
  }

  @Test("Podman hands out GPUs since 5.4; an older one would start the job without, and is refused")
  func podman() {
    func refusal(_ name: String) -> ProviderError? {
      Self.refusal(GPUPreflight(listed: Self.two, engineKnowsThem: false, isElsewhere: false, make: EngineMake(serverName: name)), .all)
    }
    for old in ["Libpod/4.3.1 (linux)", "Libpod/5.3.2 (linux)", "Libpod/5"] {
      #expect(refusal(old)?.message.contains("5.4 is the first") == true, "\(old)")
    }
    for new in ["Libpod/5.4.0 (linux)", "Libpod/6.0.0-rc1", "Docker/20.10.24 (linux)"] { #expect(refusal(new) == nil, "\(new)") }
  }

  @Test("A driver without GPUs is told; an engine that knows them, or stands elsewhere, is asked itself")
  func others() {
    #expect(Self.refusal(GPUPreflight(listed: [], engineKnowsThem: true, isElsewhere: false), .all) != nil)
    #expect(Self.refusal(GPUPreflight(listed: nil, engineKnowsThem: true, isElsewhere: false), .all) == nil)
    #expect(Self.refusal(GPUPreflight(listed: Self.two, engineKnowsThem: true, isElsewhere: true), .count(8)) == nil)
  }
}
