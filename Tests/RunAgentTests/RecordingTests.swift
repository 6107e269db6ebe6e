import Basics
import FoundationEssentials
import Glibc
import Subprocessing
import Testing
import TrainingModel

@Suite("What runs leave")
struct RecordingTests {
  @Test("Every byte of a large log, in order, whatever it is: lines, invalid UTF-8, zeros, no newline at the end")
  func allBytes() async throws {
    let script = #"seq 1 300000; head -c 1000000 /dev/zero; printf '\377\376\000\200end'"#
    try await withAgent(script) { agent in
      let record = try await agent.run()
      #expect(record.status == .success)
      var expected = Data((1...300_000).map { "\($0)\n" }.joined().utf8)
      expected.append(Data(count: 1_000_000))
      expected.append(contentsOf: [0xFF, 0xFE, 0x00, 0x80] + Array("end".utf8))
      #expect(try Files.read(agent.folder.logs) == expected)
    }
  }

  @Test("METRIC lines become metrics.json, live and at the end")
  func metrics() async throws {
    let script = #"""
      echo 'METRIC {"step": 1, "loss": 0.5}'; echo plain; echo 'METRIC {"loss": NaN}'; echo 'METRIC nonsense'
      while [ ! -e go ]; do sleep 0.02; done; printf 'METRIC loss=0.25 acc=1'
      """#
    try await withAgent(script) {
      $0.tags = ["t"]
    } _: { agent in
      let child = try agent.start()
      try await agent.wait("metrics are written while the job runs") { Files.exists(agent.folder.metrics) }
      #expect(try agent.metrics().summary["loss"] == 0.5)
      try Files.writeAtomically(Data(), to: agent.root + "/lab/go")
      #expect(await child.wait() == .exited(0))
      let metrics = try agent.metrics()
      #expect(metrics.runID == "rp_0001")
      #expect(metrics.tags == ["t"])
      // On a slow day the job lives long enough to be measured itself.
      #expect(metrics.summary.filter { !$0.key.hasPrefix("sys.") } == ["loss": 0.25, "acc": 1])
      #expect(metrics.timeSeries["loss"]?.map(\.step) == [1, 3])
      #expect(metrics.malformedLines == 1)
      #expect(metrics.nonFinite == ["loss": 1])
      #expect(try agent.recordNow().warnings == ["1 METRIC lines could not be read"])
    }
  }

  @Test("Secrets reach the job, and nothing else: not the log, the metrics, the record, the patch, the agent's words or its command line")
  func secrets() async throws {
    let secret = "s3cr3t-value-42"
    let script =
      #"echo "token=$TOKEN."; echo "METRIC $TOKEN=1"; printf "$TOKEN" | cut -c1-9 | tr -d '\n'; sleep 0.2; printf "%s" "ue-42"; test "$SHORT" = abc"#
    try await withAgent(script) { spec in
      spec.secretNames = ["TOKEN", "SHORT"]
    } _: { agent in
      let record = try await agent.run(secrets: ["TOKEN": secret, "SHORT": "abc"])
      #expect(record.exitCode == 0)
      #expect(try agent.log() == "token=***.\nMETRIC ***=1\ns3cr3t-vaue-42")
      for name in try FileManager.default.subpathsOfDirectory(atPath: agent.folder.path) {
        let path = agent.folder.path + "/" + name
        guard !Files.isFolder(path) else { continue }
        #expect(try !Files.readText(path).contains(secret), "\(name)")
      }
    }
  }

  @Test("A secret that is cut by a pause is masked all the same")
  func cutSecret() async throws {
    try await withAgent("printf 'a s3cr3t-'; sleep 0.3; printf 'value-42 b'") {
      $0.secretNames = ["TOKEN"]
    } _: { agent in
      _ = try await agent.run(secrets: ["TOKEN": "s3cr3t-value-42"])
      #expect(try agent.log() == "a *** b")
    }
  }

  @Test("Inside a repository the code's state is recorded, secrets in it hidden; outside nothing is")
  func git() async throws {
    try await withAgent("true") {
      $0.secretNames = ["TOKEN"]
    } _: { agent in
      let setup = """
        git init -q -b work . && git config user.email t@example.org && git config user.name t && echo one > a && git add a && git commit -qm one \
        && git remote add origin https://user:tok3n@example.org/x.git && echo "key=s3cr3t-value-42" > a && echo new > 'un tracked'
        """
      let made = try await Command(
        ["sh", "-c", setup], environment: ["PATH": "/usr/bin:/bin", "HOME": agent.root], workingFolder: agent.root + "/lab"
      ).run()
      #expect(made.end.isSuccess, "\(made.errorText)")
      let record = try await agent.run(secrets: ["TOKEN": "s3cr3t-value-42"], environment: ["HOME": agent.root])
      let git = try #require(record.git)
      #expect(git.commit?.count == 40)
      #expect(git.branch == "work")
      #expect(git.dirty)
      #expect(git.untracked == ["un tracked"])
      #expect(git.remote == "https://example.org/x.git")
      #expect(git.patch && !git.patchTruncated)
      let patch = try Files.readText(agent.folder.patch)
      #expect(patch.contains("-one\n+key=***\n"))
      #expect(record.warnings.isEmpty)
    }
    try await withAgent("true") { agent in
      let record = try await agent.run()
      #expect(record.git == nil)
    }
  }

  @Test("Globs keep files from the working folder, with their paths, without following links")
  func outputs() async throws {
    let script = """
      mkdir -p ckpt/deep logs; echo 1 > ckpt/a.pt; echo 2 > ckpt/deep/b.pt; echo 3 > ckpt/no.txt; echo 4 > model.bin; echo 5 > logs/x
      ln -s /etc/passwd ckpt/link.pt; ln -s /etc etc
      """
    try await withAgent(script) {
      $0.outputs = ["ckpt/**/*.pt", "model.bin", "logs", "etc/passwd", "../x", "none*"]
    } _: { agent in
      let record = try await agent.run()
      let kept = try FileManager.default.subpathsOfDirectory(atPath: agent.folder.outputs).filter {
        !Files.isFolder(agent.folder.outputs + "/" + $0)
      }
      #expect(kept.sorted() == ["ckpt/a.pt", "ckpt/deep/b.pt", "logs/x", "model.bin"])
      #expect(record.status == .success)
      #expect(record.warnings.contains("outputs: '../x' is not below the working folder, and was passed over"))
      #expect(record.warnings.contains("outputs: 'none*' matched no file"))
      #expect(record.warnings.contains("outputs: 2 symbolic links were passed over"))
    }
  }

  @Test("A full disk neither stops the job nor hides itself: the run is closed, and says what is missing")
  func fullDisk() async throws {
    let harness = try AgentHarness(script: "head -c 3000000 /dev/zero; echo $? > status; sleep 0.1; echo last")
    defer { harness.remove() }
    // A small file system of its own, in a mount namespace that ends with the shell; so the agent runs inside it too.
    try await FullDisk.run(harness, size: "1m")
    let record = try harness.recordNow()
    #expect(record.reason == .recordingFailed)
    #expect(record.status == .failed)
    #expect(record.exitCode == 0, "the job itself did not notice")
    #expect(record.detail?.contains("No space left on device") ?? false, "\(record.detail ?? "")")
    #expect(record.detail?.contains("of output were lost") ?? false)
    #expect(!FileLock.isHeld(harness.folder.lock))
  }

  @Test("A memory limit holds, or the record says that it does not")
  func memoryLimit() async throws {
    // Grows step by step; the string doubles in the shell's own memory.
    let script = "s=0123456789abcdef; while [ ${#s} -lt 400000000 ]; do s=$s$s; done; echo survived"
    try await withAgent(script) {
      $0.resources.memory = ByteSize("64m")
    } _: { agent in
      let record = try await agent.run()
      if let warning = record.warnings.first {
        #expect(warning.hasPrefix("the memory limit of 64 MiB is not enforced: "))
        #expect(record.reason == .exited)
      } else {
        #expect(record.reason == .outOfMemory)
        #expect(record.detail == "the job needed more than its memory limit of 64 MiB")
        #expect(record.signal == SIGKILL)
        #expect(record.exitCode == nil)
      }
    }
  }

  @Test("The version of Python is recorded when the command names one")
  func python() async throws {
    let agent = try AgentHarness(["python3", "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"])
    defer { agent.remove() }
    let record = try await agent.run()
    #expect(record.versions["python"] == (try agent.log()).trimmed())
    #expect(record.versions["agent"] != nil)
    #expect(record.agent?.bootID == ProcessIdentity.currentBoot)
  }
}
