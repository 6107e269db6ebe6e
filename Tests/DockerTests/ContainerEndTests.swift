import Basics
import Glibc
import RunAgent
import Testing
import TrainingModel

@testable import DockerSupport

@Suite("How a container's end is read")
struct ContainerEndTests {
  private static func end(_ code: Int32, _ change: (inout ContainerEnd) -> Void = { _ in }) -> JobEnd {
    var end = ContainerEnd(code: code, command: ["./train", "x"])
    change(&end)
    return end.meaning
  }

  @Test("Codes up to 128 are the job's own, above them stand signals", arguments: [0, 1, 125, 126, 127, 128, 160, 255] as [Int32])
  func own(code: Int32) { #expect(Self.end(code) == .exited(code: code)) }

  @Test("128 + n is a signal", arguments: [SIGINT, SIGKILL, SIGSEGV, SIGTERM])
  func signals(signal: Int32) { #expect(Self.end(128 + signal) == .signalled(signal)) }

  @Test("Out of memory needs the engine's word, a bad end, and that we did not kill it")
  func memory() {
    guard case .outOfMemory = Self.end(137, { $0.oomKilled = true }) else { return #expect(Bool(false)) }
    #expect(Self.end(0) { $0.oomKilled = true } == .exited(code: 0))
    #expect(Self.end(137) { ($0.oomKilled, $0.killedByUs) = (true, true) } == .signalled(SIGKILL))
  }

  @Test("The first process's own complaint is no output of the job")
  func program() {
    func opening(_ text: String) -> (inout ContainerEnd) -> Void {
      { ($0.opening, $0.outputBytes) = (Array(text.utf8), Int64(text.utf8.count)) }
    }
    let complaint = "[FATAL tini (7)] exec ./train failed: No such file or directory\n"
    guard case .neverStarted(let missing) = Self.end(127, opening(complaint)) else { return #expect(Bool(false)) }
    #expect(missing.kind == .notFound && missing.message.contains("./train"))
    guard case .neverStarted(let refused) = Self.end(126, opening(complaint)) else { return #expect(Bool(false)) }
    #expect(refused.kind == .notAllowed)
    #expect(Self.end(127, opening("working\n" + complaint)) == .exited(code: 127))
    #expect(Self.end(127, opening("sh: x: not found\n")) == .exited(code: 127))
    #expect(Self.end(1, opening(complaint)) == .exited(code: 1))
  }

  @Test("Podman's first process says it in its own way, and by 1")
  func podmansProgram() {
    func end(_ text: String) -> JobEnd { Self.end(1) { ($0.opening, $0.outputBytes) = (Array(text.utf8), Int64(text.utf8.count)) } }
    guard case .neverStarted(let missing) = end("ERROR (catatonit:6): failed to exec pid1: No such file or directory\n") else {
      return #expect(Bool(false))
    }
    #expect(missing.kind == .notFound && missing.message.contains("./train"))
    guard case .neverStarted(let refused) = end("ERROR (catatonit:6): failed to exec pid1: Permission denied\n") else {
      return #expect(Bool(false))
    }
    #expect(refused.kind == .notAllowed)
    #expect(end("ERROR (catatonit:6): something else\n") == .exited(code: 1))
  }

  @Test("How far the setup commands came decides whether the job started")
  func setup() {
    func stage(_ text: String) -> (inout ContainerEnd) -> Void {
      { end in
        end.setup = ["a", "b"]
        end.progress = SetupScript.progress(text)
      }
    }
    #expect(Self.end(3, stage("done\n")) == .exited(code: 3))
    guard case .neverStarted(let failed) = Self.end(1, stage("failed 2 7\n")) else { return #expect(Bool(false)) }
    #expect(failed.message == "the setup command `b` ended with code 7")
    guard case .neverStarted(let missing) = Self.end(127, stage("missing\n")) else { return #expect(Bool(false)) }
    #expect(missing.kind == .notFound)
    guard case .neverStarted(let unknown) = Self.end(2, stage("")) else { return #expect(Bool(false)) }
    #expect(unknown.kind == .setupFailed)
    #expect(Self.end(143, stage("")) == .signalled(SIGTERM), "a stop during setup is a stop")
  }

  @Test("The driver's table becomes series; what it cannot measure is left out")
  func gpus() {
    let table = "0, 35, 1024, 81559, 120.50, 41\n1, [N/A], 0, 81559, [N/A], 38\n"
    let values = GPUSampler.values(table, need: .all)
    #expect(values["sys.gpu0.utilization_percent"] == 35)
    #expect(values["sys.gpu0.memory_used_bytes"] == 1_073_741_824)
    #expect(values["sys.gpu0.power_watts"] == 120.5)
    #expect(values["sys.gpu1.temperature_celsius"] == 38)
    #expect(values["sys.gpu1.utilization_percent"] == nil)
    #expect(GPUSampler.values(table, need: .count(1)).keys.allSatisfy { $0.hasPrefix("sys.gpu0.") })
    #expect(GPUSampler.values("No devices were found\n", need: .all).isEmpty)
  }
}
