import Basics
import Bundling
import FoundationEssentials
import Glibc
import ProviderKit
import RunAgent
import RunPilotTesting
import Synchronization
import Testing
import TrainingModel

@Suite("The agent far away")
struct FarAgentTests {
  @Test("A run comes into the mailbox whole: log, metrics, outputs with digests, the record last; then the machine ends")
  func whole() async throws {
    let far = try FarHarness(
      "echo one; echo 'METRIC loss=0.5'; mkdir -p $RUNPILOT_OUTPUT_DIR/a; printf weights > \"$RUNPILOT_OUTPUT_DIR/a/m +é.pt\"; echo two")
    let record = try #require(try await far.run())
    #expect(record.status == .success && record.exitCode == 0)
    #expect(try far.log() == "one\nMETRIC loss=0.5\ntwo\n")
    #expect(try JSON.encode(far.object(RunRecord.self, far.layout.record)) == JSON.encode(record))
    let metrics = try far.object(MetricsDocument.self, far.layout.metrics)
    #expect(metrics.timeSeries.keys.contains("loss"))
    let manifest = try far.object(MailboxManifest.self, far.layout.manifest)
    #expect(manifest.log.bytes == 24 && manifest.missing.isEmpty)
    #expect(manifest.outputs.keys.sorted() == ["a/m +é.pt"])
    #expect(try Files.readText(far.storePath + "/" + far.layout.outputs + "a/m +é.pt") == "weights")
    #expect(try far.object(Heartbeat.self, far.layout.heartbeat).sequence >= 1)
    #expect(far.store.asked(.put).last { $0 != far.layout.heartbeat } == far.layout.record)
    #expect(far.end.times == 1)
  }

  @Test(
    "Checkpoints are kept among the outputs under the job's own path, the newest of them; an attempt after it finds the one it goes on from"
  )
  func checkpoints() async throws {
    let script = """
      for i in 1 2 3 4; do mkdir checkpoints/step-$i; echo w$i > checkpoints/step-$i/w; touch -d "$((60 - i)) minutes ago" checkpoints/step-$i/w; done
      until [ ! -e checkpoints/step-1/w ]; do sleep 0.05; done; echo w9 > checkpoints/step-9
      """
    let far = try FarHarness(script) { _, order in
      order.checkpoint = CheckpointOrder(directory: "checkpoints", keep: 2, workdir: "", outputsSeen: order.runFolder.outputs)
    }
    #expect(try await far.run()?.status == .success)
    let manifest = try far.object(MailboxManifest.self, far.layout.manifest)
    #expect(manifest.outputs.keys.sorted() == ["checkpoints/step-4/w", "checkpoints/step-9"])
    #expect(!far.has(far.layout.outputs + "checkpoints/step-3/w"))

    let next = try FarHarness("ls checkpoints; cat checkpoints/step-4/w") { _, order in
      order.checkpoint = CheckpointOrder(directory: "checkpoints", keep: 2, workdir: "", outputsSeen: order.runFolder.outputs)
      order.checkpoint?.source = .init(mailbox: far.layout, name: "step-4")
    }
    for path in ["checkpoints/step-4/w", "checkpoints/step-40"] {
      try next.root.write("store/" + far.layout.outputs + path, "of " + path)
    }
    #expect(try await next.run()?.status == .success)
    #expect(try next.log() == "step-4\nof checkpoints/step-4/w")
  }

  @Test("A checkpoint folder that came with the code is what the job starts from; a file of that name is refused")
  func checkpointsOfTheCode() async throws {
    let far = try FarHarness("cat checkpoints/first; test -L checkpoints") { _, order in
      order.checkpoint = CheckpointOrder(directory: "checkpoints", keep: nil, workdir: "", outputsSeen: order.runFolder.outputs)
    }
    try Files.createFolder(far.order.projectFolder + "/checkpoints")
    try Files.writeAtomically(Array("pretrained\n".utf8), to: far.order.projectFolder + "/checkpoints/first")
    #expect(try await far.run()?.status == .success)
    #expect(try far.log() == "pretrained\n")
    #expect(try far.object(MailboxManifest.self, far.layout.manifest).outputs.keys.sorted() == ["checkpoints/first"])
    let file = try FarHarness("true") { _, order in
      order.checkpoint = CheckpointOrder(directory: "checkpoints", keep: nil, workdir: "", outputsSeen: order.runFolder.outputs)
    }
    try Files.createFolder(file.order.projectFolder)
    try Files.writeAtomically([UInt8](), to: file.order.projectFolder + "/checkpoints")
    let record = try #require(try await file.run())
    #expect(record.reason == .neverStarted && record.detail?.contains("a file of the project") == true)
  }

  @Test("A store that fails at every other call, before or after it was done, costs no byte and doubles none")
  func flakyStore() async throws {
    let far = try FarHarness(
      "i=0; while [ $i -lt 400 ]; do echo \"line $i of a log that goes through a bad network\"; i=$((i+1)); done; echo x > $RUNPILOT_OUTPUT_DIR/o"
    )
    let count = Mutex(0)
    far.store.fails { _, _ in
      let number = count.withLock { count in
        count += 1
        return count
      }
      return number % 2 == 0 ? nil : number % 3 == 0 ? .refused : .answerLost
    }
    let record = try #require(try await far.run())
    #expect(record.status == .success)
    #expect(try far.log() == (0..<400).map { "line \($0) of a log that goes through a bad network\n" }.joined())
    #expect(try far.object(RunRecord.self, far.layout.record).status == .success)
    #expect(try far.object(MailboxManifest.self, far.layout.manifest).outputs.count == 1)
  }

  @Test("While the store is out the job goes on, and what it did comes afterwards")
  func outage() async throws {
    let far = try FarHarness("echo before; while [ ! -e \"$GATE\" ]; do sleep 0.02; done; echo after") { spec, order in
      spec.environment["GATE"] = order.folder + "/gate"
    }
    let isOut = Mutex(false)
    far.store.fails { _, _ in isOut.withLock { $0 } ? .refused : nil }
    async let run = far.run()
    try await eventually { try far.log() == "before\n" }
    isOut.withLock { $0 = true }
    try far.root.write("machine/gate", "")
    try await eventually { try Files.readText(far.order.runFolder.logs) == "before\nafter\n" }
    let attempts = far.store.asked(.put).count
    try await eventually { far.store.asked(.put).count > attempts + 3 }
    #expect(try far.log() == "before\n")
    isOut.withLock { $0 = false }
    #expect(try await run?.status == .success)
    #expect(try far.log() == "before\nafter\n")
  }

  @Test("A store that never answers again does not keep the machine beyond its deadline")
  func deadline() async throws {
    let far = try FarHarness("echo started; sleep 600", within: 6)
    far.store.fails { operation, key in operation == .put && !key.contains("heartbeat") ? .refused : nil }
    let record = try #require(try await far.run())
    #expect(record.reason == .maxDuration)
    #expect(Date() < far.order.deadline.addingTimeInterval(300), "long before the job would have ended")
    try await eventually { far.end.times >= 2 }
  }

  @Test("A machine that cannot even read its order's run ends")
  func unreachable() async throws {
    let far = try FarHarness("echo never", within: 3)
    far.store.fails { _, _ in .refused }
    #expect(try await far.run() == nil)
    #expect(far.end.times >= 1)
  }

  @Test("Secrets are read once and are gone, reach the job and never the mailbox")
  func secrets() async throws {
    let far = try FarHarness("echo \"the key is $API_KEY\"; [ ${#API_KEY} = 14 ]") { spec, _ in spec.secretNames = ["API_KEY"] }
    try far.root.write("store/" + far.layout.environment, #"{"API_KEY": "hunter2hunter2"}"#)
    let record = try #require(try await far.run())
    #expect(record.status == .success)
    #expect(!far.has(far.layout.environment))
    #expect(try !far.log().contains("hunter2"))
    for file in try Files.tree(far.root.path) {
      #expect(!String(decoding: try Files.read(far.root.path + "/" + file.path), as: UTF8.self).contains("hunter2"), "\(file.path)")
    }
  }

  @Test("What opened the mailbox is taken away before the job begins; as long as it cannot be, nothing is run")
  func sessionTakenAway() async throws {
    let far = try FarHarness("echo begun") { _, order in order.sessionKey = order.mailbox.session }
    try far.root.write("store/" + far.layout.session, "opens it")
    #expect(try await far.run()?.status == .success)
    #expect(!far.has(far.layout.session))
    let deleted = try #require(far.store.asked(.delete).firstIndex(of: far.layout.session))
    #expect(deleted == 0, "before anything else is")

    let stuck = try FarHarness("echo begun", within: 4) { _, order in order.sessionKey = order.mailbox.session }
    try stuck.root.write("store/" + stuck.layout.session, "opens it")
    stuck.store.fails { action, key in action == .delete ? .refused : nil }
    let record = try await stuck.run()
    #expect(record?.reason == .neverStarted)
    #expect(try stuck.log() == "")
  }

  @Test("Secrets that were read already end the run before it begins")
  func secretsGone() async throws {
    let far = try FarHarness("echo no") { spec, _ in spec.secretNames = ["API_KEY"] }
    let record = try #require(try await far.run())
    #expect(record.reason == .neverStarted && record.detail?.contains("read once") ?? false)
    #expect(try JSON.encode(far.object(RunRecord.self, far.layout.record)) == JSON.encode(record))
    #expect(far.end.times == 1)
  }

  @Test("The home's wish to stop reaches the job")
  func stop() async throws {
    let far = try FarHarness("trap 'echo saved > $RUNPILOT_OUTPUT_DIR/saved; exit 4' INT; echo ready; while :; do sleep 0.02; done")
    async let run = far.run()
    try await eventually { try far.log() == "ready\n" }
    try far.root.write("store/" + far.layout.command(.stop), "")
    let record = try #require(try await run)
    #expect(record.reason == .stopped && record.status == .cancelled && record.exitCode == 4)
    #expect(try far.object(MailboxManifest.self, far.layout.manifest).outputs.keys.sorted() == ["saved"])
  }

  @Test("The code is fetched, checked and unpacked where the job works")
  func bundle() async throws {
    let root = try TemporaryFolder()
    try root.write("code/train.sh", "echo trained with $1\n")
    let bundler = Bundler(cache: root.path + "/cache")
    let bundle = try bundler.pack(bundler.plan(root.path + "/code"))
    let far = try FarHarness("sh train.sh here") { _, order in order.bundle = BundleReference(sha256: bundle.sha256, bytes: bundle.bytes) }
    try Files.createFolder(far.storePath + "/box/home/bundles")
    try Files.writeAtomically(try Files.read(bundle.path), to: far.storePath + "/" + far.layout.bundle(sha256: bundle.sha256))
    let record = try #require(try await far.run())
    #expect(record.status == .success, "\(record.detail ?? "") \(far.words.withLock { $0 })")
    #expect(try far.log() == "trained with here\n")
  }

  @Test("Code that is not what was sent is not run")
  func wrongBundle() async throws {
    let sha256 = String(repeating: "a", count: 64)
    let far = try FarHarness("echo no") { _, order in order.bundle = BundleReference(sha256: sha256, bytes: 3) }
    try far.root.write("store/" + far.layout.bundle(sha256: sha256), "abc")
    let record = try #require(try await far.run())
    #expect(record.reason == .neverStarted && record.detail?.contains("digest") ?? false)
  }

  @Test("At the notice the job gets SIGTERM and its time to save; what it saved is in the mailbox, and the record says why")
  func interruption() async throws {
    struct Notice: InterruptionSource {
      let gate: String
      func notice() async -> InterruptionNotice? {
        while !Files.exists(gate) {
          guard (try? await Task.sleep(for: .milliseconds(10))) != nil else { return nil }
        }
        return InterruptionNotice(at: Date().addingTimeInterval(120), detail: "spot capacity is taken back")
      }
    }
    let far = try FarHarness(
      "trap 'echo at-step-7 > $RUNPILOT_OUTPUT_DIR/checkpoint; exit 0' TERM; echo ready; while :; do sleep 0.02; done")
    let gate = far.root.path + "/gate"
    async let run = far.run { $0.interruption = Notice(gate: gate) }
    try await eventually { try far.log() == "ready\n" }
    try far.root.write("gate", "")
    let record = try #require(try await run)
    #expect(record.status == .failed && record.reason == .interrupted && record.exitCode == 0)
    #expect(record.detail?.hasPrefix("spot capacity is taken back at 20") ?? false, "\(record.detail ?? "")")
    #expect(try Files.readText(far.storePath + "/" + far.layout.outputs + "checkpoint") == "at-step-7\n")
    #expect(far.end.times == 1)
  }

  @Test("When the money is spent the job ends, and the record says so")
  func budget() async throws {
    let far = try FarHarness("echo working; sleep 600") { _, order in
      // A dollar a second, and two dollars.
      order.costLimit = CostLimit(hourly: Money(3_600), maximum: Money(2), since: Date())
    }
    let record = try #require(try await far.run())
    #expect(record.status == .failed && record.reason == .budget)
  }

  @Test("A checkpoint that has settled is in the mailbox while the job still runs")
  func earlyOutputs() async throws {
    let far = try FarHarness(
      "echo c1 > $RUNPILOT_OUTPUT_DIR/c1; touch -d '1 minute ago' $RUNPILOT_OUTPUT_DIR/c1; while [ ! -e \"$GATE\" ]; do sleep 0.02; done"
    ) { spec, order in spec.environment["GATE"] = order.folder + "/gate" }
    async let run = far.run()
    try await eventually { far.has(far.layout.outputs + "c1") }
    #expect(!far.has(far.layout.manifest))
    try far.root.write("machine/gate", "")
    #expect(try await run?.status == .success)
    #expect(far.store.asked(.upload).count == 1, "it was not sent again")
  }

  @Test(
    "An agent that finds another's traces on its machine does not start the job again: it delivers what is there and says that the run was lost"
  )
  func secondAgent() async throws {
    let far = try FarHarness("echo again >> $RUNPILOT_RUN_DIR/../twice")
    let folder = far.order.runFolder
    try Files.createFolder(folder.agentFolder)
    try Files.createFolder(folder.outputs)
    var record = try far.object(RunRecord.self, far.layout.record)
    record.status = .running
    try Files.writeAtomically(try JSON.encode(record), to: folder.record)
    try Files.writeAtomically(Array("".utf8), to: folder.agentFolder + "/begun")
    try Files.writeAtomically(Array("first half\nsecond half\n".utf8), to: folder.logs)
    try Files.writeAtomically(Array("x".utf8), to: folder.outputs + "/saved")
    try far.root.write("store/" + far.layout.log(at: 0), "first half\n")
    let closed = try #require(try await far.run())
    #expect(closed.status == .failed && closed.reason == .lost)
    #expect(try far.log() == "first half\nsecond half\n")
    #expect(try far.object(MailboxManifest.self, far.layout.manifest).outputs.count == 1)
    #expect(!Files.exists(far.root.path + "/machine/\(far.layout.runUID)/twice"))
  }

  @Test("Two agents of one run on one machine: the second leaves the first and the machine alone")
  func alreadyAtWork() async throws {
    let far = try FarHarness("true")
    try Files.createFolder(far.order.runFolder.path)
    let lock = try #require(try FileLock.tryAcquire(far.order.runFolder.lock))
    await #expect(throws: AlreadyAtWork.self) { try await far.run() }
    #expect(far.end.times == 0)
    withExtendedLifetime(lock) {}
  }

  @Test("Outputs that cannot be sent are named in the manifest, and the rest comes")
  func missingOutputs() async throws {
    let name = (0..<6).map { _ in String(repeating: "n", count: 200) }.joined(separator: "/")
    let far = try FarHarness(
      "mkdir -p $(dirname $RUNPILOT_OUTPUT_DIR/\(name)); echo 1 > $RUNPILOT_OUTPUT_DIR/\(name); echo 2 > $RUNPILOT_OUTPUT_DIR/ok")
    _ = try await far.run()
    let manifest = try far.object(MailboxManifest.self, far.layout.manifest)
    #expect(manifest.outputs.keys.sorted() == ["ok"])
    #expect(manifest.missing.count == 1 && manifest.missing.first?.contains("no store takes a name") ?? false)
  }
}
