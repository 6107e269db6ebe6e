import Basics
import FolderStorage
import FoundationEssentials
import Glibc
import ProviderKit
import RunFollowing
import RunPilotTesting
import Testing
import TrainingModel

/// The built agent, as a machine's boot script starts it, with a mailbox on a file system that both sides see.
@Suite("The agent far away, as a process")
struct FarProcessTests {
  private struct Machine {
    let far: FarHarness
    let folder: RunFolder
    let order: String
    let mirror: MailboxMirror

    init(_ script: String) throws {
      far = try FarHarness(script) { _, order in
        order.machineEnd = FarOrder.stay
        // The harness's store lies in the folder of its name.
        order.store = StoreAddress(bucket: "store", region: "", endpoint: nil)
      }
      var order = far.order
      order.store.endpoint = "file://" + far.root.path
      try far.root.write("order.json", String(decoding: try JSON.encode(order), as: UTF8.self))
      self.order = far.root.path + "/order.json"
      folder = RunFolder(far.root.path + "/rp_0001")
      try Files.createFolder(folder.agentFolder)
      try Files.writeAtomically(try Files.read(far.storePath + "/" + far.layout.record), to: folder.record)
      var pace = MirrorPace()
      pace.look = .milliseconds(20)
      mirror = MailboxMirror(
        store: FolderStore(far.storePath), layout: far.layout, folder: folder, pace: pace, now: { Date() })
    }

    func boot() throws -> Program {
      try Program(
        [try BuiltProducts.path("runpilot-agent"), "--far", order],
        environment: ["PATH": "/usr/bin:/bin", "SWIFT_BACKTRACE": "enable=no"], workingFolder: "/")
    }
  }

  @Test("From order to the last state: log, outputs and exit code come home, byte for byte")
  func whole() async throws {
    let machine = try Machine("head -c 300000 /dev/urandom | od -x | tee $RUNPILOT_OUTPUT_DIR/copy; exit 6")
    let agent = try machine.boot()
    let output = try Descriptor.open(machine.far.root.path + "/terminal", O_WRONLY | O_CREAT | O_APPEND)
    let end = try await FarFollower(machine.mirror, output: output.raw).follow { _ in }
    let result = try await agent.wait()
    #expect(result.exitCode == 0, "\(result.stderr)")
    guard case .ended(let record) = end else {
      Issue.record("not ended: \(end)")
      return
    }
    #expect(record.exitCode == 6 && record.warnings.isEmpty, "\(record.warnings)")
    let log = try Files.read(machine.folder.logs)
    #expect(log.count > 600_000)
    #expect(try Files.read(machine.folder.outputs + "/copy") == log)
    #expect(try Files.read(machine.far.root.path + "/terminal") == log)
    #expect(result.stderr.contains("this machine is not ended by its agent"))
  }

  @Test("An agent that is killed leaves a mailbox that the next boot's agent completes: the job is not run again, and no byte is missing")
  func killed() async throws {
    let machine = try Machine("echo begun >> $RUNPILOT_RUN_DIR/../count; echo first; exec sleep 600")
    let first = try machine.boot()
    try await eventually { try machine.far.log() == "first\n" }
    first.kill(SIGKILL)
    _ = try await first.wait()
    for pid in TestHome.processes(withEnvironment: "RUNPILOT_RUN_UID=\(machine.far.layout.runUID)") { kill(pid, SIGKILL) }
    let second = try await machine.boot().wait()
    #expect(second.exitCode == 0, "\(second.stderr)")
    guard case .ended(let record) = try await machine.mirror.run(announces: false) else { return }
    #expect(record.status == .failed && record.reason == .lost)
    #expect(try Files.readText(machine.folder.logs) == "first\n")
    #expect(try Files.readText(machine.far.order.folder + "/\(machine.far.layout.runUID)/count") == "begun\n")
  }

  @Test(
    "Orders that an agent cannot read, or does not know a part of, end it with the reason",
    arguments: ["schema", "store", "end", "notice", "none"])
  func badOrders(what: String) async throws {
    let machine = try Machine("true")
    var order = try JSON.decode(FarOrder.self, from: try Files.read(machine.order))
    switch what {
    case "schema": order.schema = "runpilot/far-order/v9"
    case "store": order.store.endpoint = "gopher://x"
    case "end": order.machineEnd = "explode"
    case "notice": order.interruption = "tea-leaves"
    default: break
    }
    let text = what == "none" ? "{" : String(decoding: try JSON.encode(order), as: UTF8.self)
    try machine.far.root.write("order.json", text)
    let result = try await machine.boot().wait()
    #expect(result.exitCode == (what == "none" ? 70 : 78), "\(result.stderr)")
    #expect(!result.stderr.isEmpty)
  }
}

@Suite("A store in a folder")
struct FolderStorageTests {
  @Test("Of many who write what must not be there yet, one succeeds")
  func ifAbsent() async throws {
    let folder = try TemporaryFolder()
    let store = FolderStore(folder.path)
    let winners = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<20 {
        group.addTask {
          do {
            _ = try await store.put("a/b", [UInt8(number)], condition: .ifAbsent)
            return true
          } catch {
            return (error as? ProviderError)?.code != .conflict
          }
        }
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(winners == 1)
    #expect(try Files.names(in: folder.path + "/a") == ["b"], "no draft is left")
  }

  @Test("Listings are in the order of bytes, in pages, from any key on")
  func listing() async throws {
    let folder = try TemporaryFolder()
    let store = FolderStore(folder.path, pageSize: 2)
    let keys = ["p/a/b", "p/a b", "p/a+", "p/é", "p/z", "q/x"]
    for key in keys { _ = try await store.put(key, Array(key.utf8), condition: .always) }
    var found: [String] = []
    var page: PageToken?
    repeat {
      let listing = try await store.list(prefix: "p/", after: nil, page: page)
      found += listing.objects.map(\.key)
      page = listing.next
    } while page != nil
    #expect(found == keys.filter { $0.hasPrefix("p/") }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    #expect(try await store.list(prefix: "p/", after: "p/z", page: nil).objects.map(\.key) == ["p/é"])
    #expect(try await store.list(prefix: "none/", after: nil, page: nil).objects.isEmpty)
    #expect(try await store.get("p/z", range: 1..<9)?.bytes == Array("/z".utf8))
    #expect(try await store.get("p/none", range: nil) == nil)
    try await store.delete(["p/z", "p/never"])
    #expect(try await store.head("p/z") == nil)
  }

  @Test("A key that leads out of the folder is refused", arguments: ["../x", "/etc/passwd", "a/../../x", ""])
  func escape(key: String) async throws {
    let folder = try TemporaryFolder()
    let store = FolderStore(folder.path)
    await #expect(throws: ProviderError.self) { _ = try await store.put(key, [], condition: .always) }
    await #expect(throws: ProviderError.self) { _ = try await store.get(key, range: nil) }
  }
}
