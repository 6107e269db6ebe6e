import Basics
import FoundationEssentials
import Glibc
import Orchestration
import RunPilotTesting
import Testing
import TrainingModel

@Suite("The script that a rented machine boots with")
struct BootScriptTests {
  private static func script(_ address: String, sha256: String = String(repeating: "0", count: 64), deadline: Date) -> BootScript {
    let mailbox = MailboxLayout(prefix: "p", installation: "i", runUID: "u")
    let order = FarOrder(store: StoreAddress(bucket: "b", region: "eu-west-1"), mailbox: mailbox, deadline: deadline)
    return BootScript(order: order, agentAddress: address, agentSHA256: sha256)
  }

  private static let later = Date(timeIntervalSinceNow: 3_600)

  @Test("It arms the machine's end before anything else, and has room for a long address")
  func text() throws {
    let text = try Self.script(
      "https://bucket.example/agents/ab?X-Amz-Security-Token=" + String(repeating: "x", count: 2_000), deadline: Self.later
    ).text()
    #expect(text.hasPrefix("#!/bin/sh\n"))
    let armed = try #require(text.firstRange(of: "\narm deadline "))
    let fetched = try #require(text.firstRange(of: "URL="))
    #expect(armed.lowerBound < fetched.lowerBound)
    #expect(text.utf8.count < 8_000)
    #expect(throws: BootScriptTooLong.self) { try Self.script(String(repeating: "x", count: 16 << 10), deadline: Self.later).text() }
  }

  @Test(
    "Any POSIX shell can read it, and nothing in it is taken for something else",
    arguments: [["sh"], ["busybox", "sh"], ["bash", "--posix"]])
  func readable(shell: [String]) async throws {
    let folder = try TemporaryFolder()
    var script = Self.script("https://x.example/a?b='$(touch /tmp/never)'`x`&c=\"d\"", deadline: Self.later)
    script.order.folder = folder.path + "/it's $HOME"
    try folder.write("boot", try script.text())
    let checked = try await Program(shell + ["-n", folder.path + "/boot"], environment: ["PATH": "/usr/bin:/bin"], workingFolder: "/")
      .wait()
    #expect(checked.exitCode == 0, "\(checked.stderr)")
    // Up to where the first thing is armed, run in earnest: the files it writes are readable, too.
    let text = try script.text()
    let upTo = try #require(text.firstRange(of: "\narm deadline "))
    try folder.write("files", text[..<upTo.lowerBound] + "\n" + text[upTo.lowerBound...].replacing("\narm ", with: "\n: "))
    let written = try await Program(shell + [folder.path + "/files"], environment: ["PATH": "/usr/bin:/bin"], workingFolder: "/").wait()
    #expect(written.exitCode == 0, "\(written.stderr)")
    for name in ["watch", "end", "start"] {
      let file = try await Program(
        shell + ["-n", script.order.folder + "/" + name], environment: ["PATH": "/usr/bin:/bin"], workingFolder: "/"
      ).wait()
      #expect(file.exitCode == 0, "\(name): \(file.stderr)")
    }
    #expect(try JSON.decode(FarOrder.self, from: Files.read(script.order.folder + "/order.json")).folder == script.order.folder)
    #expect(
      try Files.readText(script.order.folder + "/start").contains("URL='https://x.example/a?b='\\''$(touch /tmp/never)'\\''`x`&c=\"d\"'\n"))
  }

  /// A machine of busybox alone, whose own end is a file in a folder that is seen from here.
  private struct Machine {
    let folder: TemporaryFolder
    private let server: Program
    let address: String

    init(agent: String) async throws {
      let folder = try TemporaryFolder()
      try folder.write("www/agent", agent)
      try folder.write("shutdown", "#!/bin/sh\necho \"$@\" > /seen/ended\n")
      #expect(chmod(folder.path + "/shutdown", 0o755) == 0)
      let code = """
        import http.server, functools, os
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory='www')
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)
        open('port.new', 'w').write(str(server.server_port)); os.rename('port.new', 'port')
        server.serve_forever()
        """
      let server = try Program(["python3", "-c", code], environment: ["PATH": "/usr/bin:/bin"], workingFolder: folder.path)
      try await eventually { Files.exists(folder.path + "/port") }
      address = "http://127.0.0.1:\(try Files.readText(folder.path + "/port"))/agent?with=a&query=1"
      self.folder = folder
      self.server = server
    }

    /// Boots it, and waits until its own end was asked for.
    func boot(_ script: BootScript, times: Int = 1) async throws {
      let result: Result<Program.Result, any Error>
      do { result = .success(try await life(of: script, times: times)) } catch { result = .failure(error) }
      server.kill(SIGKILL)
      _ = try await server.wait()
      let end = try result.get()
      #expect(end.exitCode == 0 || end.stderr.isEmpty, "\(end.stderr)")
    }

    private func life(of script: BootScript, times: Int) async throws -> Program.Result {
      try folder.write("boot", try script.text())
      let life =
        String(repeating: "sh /seen/boot; ", count: times)
        + "i=0; while [ ! -e /seen/ended ] && [ $i -lt 600 ]; do sleep 0.1; i=$((i+1)); done; sleep 0.5; cp /var/lib/runpilot/boot.log /seen/"
      let words = [
        "docker", "run", "--rm", "--init", "--network", "host", "-v", "\(folder.path):/seen", "-v", "\(folder.path)/shutdown:/bin/shutdown",
        DockerEngine.busybox, "sh", "-c", life,
      ]
      let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "DOCKER_HOST": try DockerEngine.require(), "HOME": folder.path]
      return try await Program(words, environment: environment, workingFolder: "/").wait()
    }

    func seen(_ name: String) -> String? { try? Files.readText(folder.path + "/" + name) }
  }

  private static func digest(_ text: String) async throws -> String {
    let folder = try TemporaryFolder()
    try folder.write("x", text)
    let sum = try await Program(["sha256sum", folder.path + "/x"], environment: ["PATH": "/usr/bin:/bin"], workingFolder: "/").wait()
    return String(sum.stdout.prefix(64))
  }

  @Test("With busybox and nothing else: the agent is fetched, checked and started once with its order; when it ends, so does the machine")
  func bareMachine() async throws {
    let agent = "#!/bin/sh\necho \"$1\" >> /seen/called\ncp \"$2\" /seen/order\n[ -e /seen/ended ] && echo early >> /seen/called\nsleep 1\n"
    let machine = try await Machine(agent: agent)
    let script = Self.script(machine.address, sha256: try await Self.digest(agent), deadline: Self.later)
    try await machine.boot(script, times: 2)
    #expect(machine.seen("called") == "--far\n")
    #expect(machine.seen("ended") == "-h now\n")
    #expect(try JSON.decode(FarOrder.self, from: Data((machine.seen("order") ?? "").utf8)).mailbox == script.order.mailbox)
  }

  @Test("An agent that is not the one that was promised is never started, and the deadline ends the machine")
  func wrongAgent() async throws {
    let machine = try await Machine(agent: "#!/bin/sh\necho called > /seen/called\n")
    let deadline = Date(timeIntervalSinceNow: 4)
    try await machine.boot(Self.script(machine.address, deadline: deadline))
    #expect(Date() >= deadline)
    #expect(machine.seen("called") == nil)
    #expect(machine.seen("ended") == "-h now\n")
  }

  @Test("An agent that hangs does not keep the machine beyond its deadline; one that finds another at work does not end it")
  func hangingAgent() async throws {
    let agent = "#!/bin/sh\nif mkdir /seen/first; then sleep 600; else echo second > /seen/called; exit 75; fi\n"
    let machine = try await Machine(agent: agent)
    let deadline = Date(timeIntervalSinceNow: 8)
    try await machine.boot(Self.script(machine.address, sha256: try await Self.digest(agent), deadline: deadline))
    #expect(Date() >= deadline)
    #expect(Files.isFolder(machine.folder.path + "/first"))
    #expect(machine.seen("ended") == "-h now\n")
  }
}
