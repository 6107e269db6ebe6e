import Basics
import DockerSupport
import Glibc
import RunAgent
import RunPilotTesting
import Testing
import TrainingModel

@Suite("When things go away")
struct LossTests {
  @Test("An engine that goes away and comes back costs no byte of output and no exit code")
  func engineReturns() async throws {
    let engine = try await FlakyEngine()
    let script = "seq 1 100; touch /app/first; while [ ! -e /app/go ]; do sleep 0.05; done; seq 101 200; exit 4"
    let address = engine.address
    let run = try await ContainerRun(
      ["sh", "-c", script],
      options: { options, _ in
        guard let endpoint = try? EngineEndpoint(address, source: "the test") else { return }
        options.engine = endpoint
      })
    let outcome = try await run.run { run in
      try await eventually { Files.exists(run.project + "/first") }
      try await engine.goAway()
      try Files.writeAtomically([UInt8](), to: run.project + "/go")
      try await eventually { try await !run.client.inspect(run.name).state.running }
      try await engine.comeBack()
    }
    #expect(outcome.end == .exited(code: 4))
    #expect(outcome.text == (1...200).map { "\($0)\n" }.joined())
    #expect(outcome.cleanup.state == .done)
  }

  @Test("A container that somebody removes is said to be gone, and leaves nothing to clean up")
  func removed() async throws {
    let run = try await ContainerRun(["sleep", "600"])
    let outcome = try await run.run { run in try await run.client.remove(run.name) }
    // The engine tells of the removal as of a kill.
    #expect(outcome.end == .signalled(SIGKILL))
    #expect(outcome.cleanup.state == .done)
  }

  @Test("A start that is cancelled leaves no container")
  func cancelled() async throws {
    let run = try await ContainerRun(["sleep", "600"])
    let starting = Task {
      try await run.executor.prepare { _ in }
      _ = try await run.executor.start()
    }
    starting.cancel()
    let result = await starting.result
    #expect(throws: StartFailure.self) { try result.get() }
    #expect(await run.executor.cleanUp().state == .done)
    #expect(try await run.client.containers(labelled: [(ContainerNaming.run, run.uid)]).isEmpty)
  }

  @Test("A job that has begun is not taken away by a start that is cancelled: it hears the signal and may save")
  func cancelledTooLate() async throws {
    for _ in 0..<4 {
      let run = try await ContainerRun(
        ["sh", "-c", "trap 'touch /app/saved; exit 3' INT; touch /app/begun; while :; do sleep 0.02; done"])
      try await run.executor.prepare { _ in }
      let starting = Task { try await run.executor.start() }
      while !Files.exists(run.project + "/begun") { await Task.yield() }
      starting.cancel()
      let started = await starting.result
      #expect(throws: Never.self) { try started.get() }
      await run.executor.signal(SIGINT)
      #expect(await run.executor.wait() == .exited(code: 3))
      #expect(Files.exists(run.project + "/saved"))
      #expect(await run.executor.cleanUp().state == .done)
    }
  }

  @Test("What a container wrote is read again from any byte on")
  func logFromOffset() async throws {
    let run = try await ContainerRun(["sh", "-c", "printf 'abc'; sleep 0.2; printf 'def\\n'; sleep 600"])
    let outcome = try await run.run { run in
      let whole = Array("abcdef\n".utf8)
      // The engine reads what the job has written a moment later.
      try await eventually { try await run.client.output(of: run.name, from: 0).count == whole.count }
      for offset in 0...8 {
        #expect(try await run.client.output(of: run.name, from: Int64(offset)) == Array(whole.dropFirst(offset)), "from \(offset)")
      }
      await run.executor.signal(SIGKILL)
    }
    #expect(outcome.end == .signalled(SIGKILL))
  }

  @Test("The request for GPUs reaches the engine, which hands out what it has and refuses what it has not")
  func gpus() async throws {
    let devices = "ls /dev | grep -c '^nvidia[0-9]'; echo \"$NVIDIA_VISIBLE_DEVICES\""
    func outcome(_ need: GPUNeed) async throws -> ContainerRun.Outcome {
      try await ContainerRun(
        ["sh", "-c", devices], options: { options, _ in options.passesGPUs = true }, job: { $0.resources.gpus = need }
      ).run()
    }
    #expect(try await outcome(.all).text == "2\nall\n")
    #expect(try await outcome(.count(1)).text.hasPrefix("1\n"))
    #expect(try await outcome(.ids(["1"])).text == "1\n1\n")
    let refused = try await outcome(.ids(["7"]))
    #expect(refused.failure?.kind == .unavailable)
    #expect(refused.failure?.hints.contains { $0.contains("nvidia-smi -L") } == true)
    #expect(try await outcome(.none).text.hasPrefix("0\n"))
  }

  @Test("A running container is measured: memory at once, processors from the second time on")
  func sampling() async throws {
    let run = try await ContainerRun(["sh", "-c", "touch /app/ready; while :; do :; done"])
    _ = try await run.run { run in
      try await eventually { Files.exists(run.project + "/ready") }
      let sampler = try #require(run.executor.sampler)
      let first = await sampler.sample()
      #expect(first["sys.memory_bytes"].map { $0 > 0 && $0 < 1e9 } == true, "\(first)")
      #expect(first["sys.cpu_percent"] == nil)
      try await eventually { (await sampler.sample()["sys.cpu_percent"] ?? 0) > 1 }
      await run.executor.signal(SIGKILL)
    }
  }
}
