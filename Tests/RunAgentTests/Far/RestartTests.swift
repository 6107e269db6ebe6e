import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing
import TrainingModel

@testable import RunAgent

@Suite("A job that its scheduler cuts off and starts again")
struct RestartTests {
  private static let counter = "TIMES_STARTED_AGAIN"

  private func harness(_ script: String, most: Int64 = 2) throws -> FarHarness {
    try FarHarness(script) { _, order in
      order.checkpoint = CheckpointOrder(directory: "checkpoints", keep: nil, workdir: "", outputsSeen: order.runFolder.outputs)
      order.restart = RestartOrder(most: most, counter: Self.counter, resumeFlag: "--resume")
    }
  }

  private func start(_ far: FarHarness, again: Int = 0, signals: Int32 = -1) async throws -> RunRecord {
    let record = try await far.run { setup in
      setup.signals = signals
      if again > 0 { setup.environment[Self.counter] = "\(again)" }
    }
    return try #require(record)
  }

  /// Starts the job, and sends a signal to its agent as soon as the job has said that it is ready for one.
  private func cutOff(_ far: FarHarness, again: Int = 0) async throws -> RunRecord {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let reader = Descriptor(owning: ends[0])
    let writer = Descriptor(owning: ends[1])
    let before = (try? Files.size(far.order.runFolder.logs)) ?? 0
    async let record = start(far, again: again, signals: reader.raw)
    try await eventually { ((try? Files.readText(far.order.runFolder.logs)) ?? "").utf8.dropFirst(Int(before)).contains(UInt8(ascii: "!")) }
    try writer.writeAll([UInt8(SIGTERM)], name: "pipe")
    return try await record
  }

  private static let script = """
    echo "begin ${RUNPILOT_ATTEMPT:-1} ${RUNPILOT_RESUME_FROM:-} $0 ${1:-}"
    if [ "$0" = --resume ]; then cat "$1"; echo METRIC loss=0.2; if [ "$RUNPILOT_ATTEMPT" = 3 ]; then exit 0; fi; fi
    echo METRIC loss=0.5
    trap 'echo weights > checkpoints/step-$((${RUNPILOT_ATTEMPT:-1} * 9)); exit 1' TERM
    echo ready!
    exec 2> /dev/null # A shell says that its sleep was ended.
    while :; do sleep 0.02; done
    """

  @Test("is open until then, and goes on from the newest checkpoint: one log, one history of metrics, a record that says how often")
  func goesOn() async throws {
    let far = try harness(Self.script)
    let open = try await cutOff(far)
    #expect(open.status == .pending && open.reason == nil && open.finishedAt == nil, "\(open)")
    #expect(try far.object(RunRecord.self, far.layout.record).status == .pending)
    #expect(!far.has(far.layout.manifest), "nothing says that this is all")
    #expect(try await cutOff(far, again: 1).status == .pending)
    let record = try await start(far, again: 2)
    #expect(record.status == .success && record.restarts == 2, "\(record)")
    #expect(record.warnings.filter { $0.contains("goes on from step-") }.count == 2, "\(record.warnings)")
    let log = """
      begin 1  sh 
      METRIC loss=0.5
      ready!
      begin 2 checkpoints/step-9 --resume checkpoints/step-9
      weights
      METRIC loss=0.2
      METRIC loss=0.5
      ready!
      begin 3 checkpoints/step-18 --resume checkpoints/step-18
      weights
      METRIC loss=0.2

      """
    let found = try far.log()
    #expect(found == log, "\(found)")
    let series = try far.object(MetricsDocument.self, far.layout.metrics).timeSeries["loss"]
    #expect(series?.map(\.value) == [0.5, 0.2, 0.5, 0.2] && series?.map(\.step) == [1, 2, 3, 4], "\(String(describing: series))")
    #expect(
      try far.object(MailboxManifest.self, far.layout.manifest).outputs.keys.sorted() == ["checkpoints/step-18", "checkpoints/step-9"])
    // Whoever comes after the end runs nothing.
    #expect(try await start(far, again: 3).status == .success)
    #expect(try far.log() == log)
  }

  @Test("no oftener than was asked for; without the scheduler's word it is another job of the same run, and runs nothing")
  func limits() async throws {
    let far = try harness(Self.script, most: 1)
    _ = try await cutOff(far)
    _ = try await cutOff(far, again: 1)
    let over = try await start(far, again: 2)
    #expect(over.status == .failed && over.reason == .interrupted && over.restarts == 1, "\(over)")
    #expect(try far.object(RunRecord.self, far.layout.record).reason == .interrupted && far.has(far.layout.manifest))
    let other = try harness(Self.script)
    _ = try await cutOff(other)
    let log = try other.log()
    #expect(try await start(other).reason == .lost)
    #expect(try other.log() == log)
  }

  @Test("also when the signal has reached the job first; a job that fails by itself has failed")
  func quickDeath() async throws {
    let far = try harness("trap '' TERM; echo ready!; exec 2> /dev/null; exit 1")
    #expect(try await cutOff(far).status == .pending, "it had failed when the agent heard that it was cut off")
    let failed = try harness("exit 3")
    let record = try await start(failed)
    #expect(record.status == .failed && record.reason == .exited && record.exitCode == 3)
  }

  @Test("also when it was killed without a word: it begins with what is whole, and anew when it had not begun")
  func killed() async throws {
    let far = try harness("echo \"$0 ${1:-}\"; ls checkpoints", most: 5)
    let folder = far.order.runFolder
    // What an agent leaves that was killed while it fetched the code, and while the job wrote a checkpoint.
    for path in [folder.agentFolder, folder.outputs, far.order.projectFolder + "/checkpoints"] { try Files.createFolder(path) }
    for (name, key) in [(folder.record, far.layout.record), (folder.job, far.layout.job), (folder.config, far.layout.config)] {
      try Files.writeAtomically(try Files.read(far.storePath + "/" + key), to: name)
    }
    try Files.writeAtomically([UInt8](), to: folder.agentFolder + "/begun")
    try Files.writeAtomically(Array("half".utf8), to: far.order.projectFolder + "/half")
    let fresh = try await start(far, again: 1)
    #expect(fresh.status == .success && fresh.restarts == 1)
    #expect(try far.log() == "sh \n" && !Files.exists(far.order.projectFolder + "/half"))

    var record = fresh
    (record.status, record.reason) = (.running, nil)
    try Files.writeAtomically(try JSON.encode(record), to: folder.record)
    for (step, age) in [("step-1", 60.0), ("step-2", 0)] {
      let path = folder.outputs + "/checkpoints/" + step
      try Files.createFolder(path)
      try Files.writeAtomically([UInt8](), to: path + "/weights")
      var times = [timespec(), timespec()]
      for index in times.indices { times[index].tv_sec = Int(Date().timeIntervalSince1970 - age) }
      #expect(utimensat(AT_FDCWD, path + "/weights", &times, 0) == 0)
    }
    let second = try await start(far, again: 2)
    #expect(second.restarts == 2 && second.warnings.last?.contains("goes on from step-1") == true, "\(second.warnings)")
    #expect(try far.log() == "sh \n--resume checkpoints/step-1\nstep-1\nstep-2\n")
  }

  @Test("how an agent begins")
  func beginnings() {
    let spec = RunSpec(name: "n", entrypoint: ["true"], projectFolder: "/", provider: "rented")
    func record(_ status: RunStatus, _ reason: RunReason? = nil, restarts: Int64? = nil) -> RunRecord {
      var record = RunRecord(id: RunID("rp_0001"), uid: "u", spec: spec, runDir: "/", createdAt: Date(timeIntervalSince1970: 0))
      (record.status, record.reason, record.restarts) = (status, reason, restarts)
      return record
    }
    let two = RestartOrder(most: 2, counter: Self.counter, resumeFlag: nil)
    typealias Case = (hasBegun: Bool, record: RunRecord?, restart: RestartOrder?, counted: String?, Beginning)
    let cases: [Case] = [
      (false, record(.queued), two, "1", .first), (false, record(.queued), nil, nil, .first),
      (true, record(.running), nil, "1", .lost), (true, record(.running), two, nil, .lost), (true, record(.running), two, "0", .lost),
      (true, record(.running), two, "x", .lost), (true, nil, two, "1", .lost),
      (true, record(.running), two, "1", .again(1)), (true, record(.pending), two, "7", .again(1)),
      (true, record(.pending, restarts: 1), two, "1", .again(2)),
      (true, record(.success, .exited), two, "1", .over), (true, record(.cancelled, .stopped), two, "1", .over),
      (true, record(.failed, .interrupted), two, "1", .again(1)), (true, record(.failed, .interrupted), two, nil, .over),
    ]
    for (hasBegun, record, restart, counted, expected) in cases {
      let found = Beginning.decide(hasBegun: hasBegun, record: record, restart: restart, counted: counted)
      #expect(found == expected, "\(String(describing: record?.status)) \(counted ?? "-")")
    }
    for restarts: Int64 in [2, .max, -1] {
      let spent = Beginning.decide(hasBegun: true, record: record(.pending, restarts: restarts), restart: two, counted: "3")
      if case .tooOften = spent {} else { Issue.record("\(restarts): \(spent)") }
    }
  }
}
