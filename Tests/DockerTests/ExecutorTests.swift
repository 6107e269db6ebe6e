import Basics
import DockerSupport
import Glibc
import RunAgent
import RunPilotTesting
import Testing
import TrainingModel

@Suite("Jobs in containers of a real engine")
struct ExecutorTests {
  @Test("Every byte of output arrives as it was written: no final newline, no valid UTF-8, stdout and stderr")
  func output() async throws {
    let run = try await ContainerRun(["sh", "-c", "printf 'one\\n'; printf 'two\\377\\000' >&2; sleep 0.2; printf 'no end'"])
    let outcome = try await run.run()
    #expect(outcome.end == .exited(code: 0))
    #expect(outcome.bytes.sorted() == (Array("one\ntwono end".utf8) + [0xFF, 0]).sorted())
    #expect(outcome.cleanup.state == .done)
    #expect(outcome.started?.versions["engine"] == run.client.serverName)
  }

  @Test("The job's own exit code is its end", arguments: [0, 1, 3, 125, 126, 127] as [Int32])
  func exitCode(code: Int32) async throws {
    let outcome = try await ContainerRun(["sh", "-c", "exit \(code)"]).run()
    #expect(outcome.end == .exited(code: code))
    #expect(outcome.text.isEmpty)
  }

  @Test("A program that is not in the image never started, and the failure names it")
  func programMissing() async throws {
    let outcome = try await ContainerRun(["no-such-program", "x"]).run()
    guard case .neverStarted(let failure) = outcome.end else { return #expect(Bool(false), "\(outcome)") }
    #expect(failure.kind == .notFound)
    #expect(failure.message.contains("no-such-program"))
    #expect(!failure.hints.isEmpty)
  }

  @Test("A file that cannot be executed never started, and the failure says how to mend it")
  func notExecutable() async throws {
    let outcome = try await ContainerRun(["/etc/passwd"]).run()
    guard case .neverStarted(let failure) = outcome.end else { return #expect(Bool(false), "\(outcome)") }
    #expect(failure.kind == .notAllowed)
    #expect(failure.hints.contains { $0.contains("chmod +x") })
  }

  @Test("An image that is nowhere fails the start: the registry's address and the image are named")
  func imageMissing() async throws {
    let run = try await ContainerRun(["true"], image: "127.0.0.1:9/no/such:1")
    let outcome = try await run.run()
    #expect(outcome.failure?.kind == .unavailable)
    #expect(outcome.failure?.message.contains("127.0.0.1:9/no/such:1") == true)
    #expect(outcome.failure?.hints.contains { $0.contains("127.0.0.1:9") } == true)
    #expect(outcome.cleanup.state == .done)
  }

  @Test("A name that no registry allows is a mistake in the configuration")
  func imageNameInvalid() async throws {
    let outcome = try await ContainerRun(["true"], image: "Not/Allowed:1").run()
    #expect(outcome.failure?.kind == .badConfiguration)
  }

  @Test("A job beyond its memory limit is said to have run out of memory, with the limit")
  func outOfMemory() async throws {
    let run = try await ContainerRun(["python3", "-c", "b = bytearray(200 << 20)"], image: "runpilot-test/python:1") { _, _ in
    } job: {
      $0.resources.memory = ByteSize(bytes: 48 << 20)
    }
    let outcome = try await run.run()
    guard case .outOfMemory(let text) = outcome.end else { return #expect(Bool(false), "\(outcome)") }
    #expect(text.contains("\(ByteSize(bytes: 48 << 20))"))
  }

  @Test("A mount whose folder is not there is a mistake in the configuration, and is named")
  func mountMissing() async throws {
    let run = try await ContainerRun(
      ["true"],
      options: { options, project in
        options.mounts = [Mount(name: "data", source: project + "/absent", target: "/data")]
      })
    let outcome = try await run.run()
    #expect(outcome.failure?.kind == .badConfiguration)
    #expect(outcome.failure?.message.contains("/absent") == true)
  }

  @Test("A job that ignores SIGTERM and SIGINT ends by SIGKILL")
  func ignoresSignals() async throws {
    let run = try await ContainerRun(["sh", "-c", "trap '' TERM INT; touch /app/ready; while :; do sleep 0.1; done"])
    let outcome = try await run.run { run in
      try await eventually { Files.exists(run.project + "/ready") }
      await run.executor.signal(SIGINT)
      await run.executor.signal(SIGTERM)
      try await Task.sleep(for: .milliseconds(300))
      #expect(try await run.client.inspect(run.name).state.running)
      await run.executor.signal(SIGKILL)
    }
    #expect(outcome.end == .signalled(SIGKILL))
  }

  @Test("A polite signal reaches the job, which may save and choose its exit code")
  func politeSignal() async throws {
    let run = try await ContainerRun(["sh", "-c", "trap 'echo saved; exit 5' INT; touch /app/ready; while :; do sleep 0.1; done"])
    let outcome = try await run.run { run in
      try await eventually { Files.exists(run.project + "/ready") }
      await run.executor.signal(SIGINT)
    }
    #expect(outcome.end == .exited(code: 5))
    #expect(outcome.text == "saved\n")
  }

  @Test("The container carries the run's labels and name, and is gone afterwards")
  func labels() async throws {
    let run = try await ContainerRun(["sh", "-c", "while [ ! -e /app/go ]; do sleep 0.05; done"])
    let outcome = try await run.run { run in
      let listed = try await run.client.containers(labelled: [(ContainerNaming.run, run.uid)])
      #expect(listed.map(\.names) == [["/" + run.name]])
      #expect(listed.first?.labels[ContainerNaming.id] == "rp_0001")
      #expect(listed.first?.labels[ContainerNaming.installation] == "test-home")
      #expect(listed.first?.labels[ContainerNaming.owner] == "tester@here")
      try Files.writeAtomically([UInt8](), to: run.project + "/go")
    }
    #expect(outcome.end == .exited(code: 0))
    #expect(try await run.client.containers(labelled: [(ContainerNaming.run, run.uid)]).isEmpty)
  }

  @Test("The job stands in the project at /app, sees its environment and secrets, and leaves outputs in the run folder")
  func surroundings() async throws {
    let script = "pwd; echo \"$RUNPILOT_OUTPUT_DIR $TOKEN\"; echo made >\"$RUNPILOT_OUTPUT_DIR/file\"; echo here >note"
    let run = try await ContainerRun(["sh", "-c", script], secrets: ["TOKEN": "s3cret"])
    let outcome = try await run.run()
    #expect(outcome.text == "/app\n/runpilot/outputs s3cret\n")
    #expect(try Files.readText(run.folder.outputs + "/file") == "made\n")
    #expect(try Files.readText(run.project + "/note") == "here\n")
    #expect(outcome.started?.workingFolder == run.project)
    #expect(outcome.started?.imageDigest?.hasPrefix("sha256:") == true)
  }

  @Test("Limits reach the container: memory, processors, shared memory, user, network")
  func limits() async throws {
    let run = try await ContainerRun(
      ["sh", "-c", "id -u; df -k /dev/shm | tail -1 | awk '{print $2}'; ls /sys/class/net"],
      options: { options, _ in
        options.user = "host"
        options.network = "none"
      },
      job: {
        $0.resources.sharedMemory = ByteSize(bytes: 16 << 20)
        $0.resources.cpuMillis = 500
      })
    let outcome = try await run.run()
    #expect(outcome.text == "\(getuid())\n16384\nlo\n")
  }

  @Test("Setup commands run first, in order; the job follows in the same container")
  func setup() async throws {
    let run = try await ContainerRun(["sh", "-c", "echo \"job $(cat /tmp/x)\""]) { _, _ in
    } job: {
      $0.setup = ["echo first", "echo 'it'\\''s second' >/tmp/x"]
    }
    let outcome = try await run.run()
    #expect(outcome.text == "first\njob it's second\n")
    #expect(outcome.end == .exited(code: 0))
  }

  @Test("A setup command that fails keeps the job from starting, and is named with its code")
  func setupFails() async throws {
    let run = try await ContainerRun(["touch", "/app/started"]) { _, _ in
    } job: {
      $0.setup = ["true", "echo oops; exit 9"]
    }
    let outcome = try await run.run()
    guard case .neverStarted(let failure) = outcome.end else { return #expect(Bool(false), "\(outcome)") }
    #expect(failure.kind == .setupFailed)
    #expect(failure.message == "the setup command `echo oops; exit 9` ended with code 9")
    #expect(outcome.text == "oops\n")
    #expect(!Files.exists(run.project + "/started"))
  }

  @Test("Two who are attached to one container both get all of it")
  func twoAttached() async throws {
    let run = try await ContainerRun(["sh", "-c", "while [ ! -e /app/go ]; do sleep 0.05; done; seq 1 2000"])
    let outcome = try await run.run { run in
      let second = try await run.client.attach(run.name)
      async let other = BackgroundThread.run { Self.readFrames(second) }
      try Files.writeAtomically([UInt8](), to: run.project + "/go")
      #expect(try await other == (1...2000).map { "\($0)\n" }.joined())
    }
    #expect(outcome.text == (1...2000).map { "\($0)\n" }.joined())
  }
}
