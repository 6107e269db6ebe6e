import Basics
import Cryptography
import FoundationEssentials
import Glibc
import PluginProtocol
import ProviderKit
import RunPilotTesting
import Testing
import TrainingModel

@testable import PluginHost

/// Every plugin that cannot be used says which it is, why, and how to mend it.
@Suite("A plugin that is not as it should be")
struct BadPluginTests {
  private func refusal(_ body: () async throws -> Void) async throws -> ProviderError {
    do { try await body() } catch let error as ProviderError { return error }
    throw NeverHappened("nothing was refused")
  }

  private struct NeverHappened: Error {
    init(_ words: String) {}
  }

  private func account(_ bench: PluginBench, _ file: PluginFile) async throws { _ = try await bench.renting(file).account() }

  @Test("it is not there, is a folder, or may not be executed: known before anything is run")
  func file() async throws {
    let bench = try PluginBench()
    let none = try await refusal { _ = try bench.make(PluginFile(bench.folder.path + "/none")) }
    #expect(none.message == "there is no plugin at \(bench.folder.path)/none" && none.exitCode == .configuration && !none.hints.isEmpty)
    try Files.createFolder(bench.folder.path + "/folder")
    let folder = try await refusal { _ = try bench.make(PluginFile(bench.folder.path + "/folder")) }
    #expect(folder.message.hasSuffix("/folder is a folder") && folder.exitCode == .configuration)
    let plain = try bench.script("plain", "#!/bin/sh\ntouch ran\n", mode: 0o644)
    let refused = try await refusal { _ = try bench.make(plain) }
    #expect(refused.message.contains("may not be executed") && refused.hints.first == "if you trust it: `chmod +x '\(plain.path)'`")
    #expect(refused.exitCode == .notAllowed)
  }

  @Test("it is another file than its manifest says, or than it was when it was first used")
  func digest() async throws {
    let bench = try PluginBench()
    let told = try bench.plugin("told", manifest: ["sha256": .string(String(repeating: "0", count: 64))])
    let wrong = try await refusal { _ = try bench.make(told) }
    #expect(wrong.message.contains("its manifest says 000000") && wrong.exitCode == .notAllowed)
    let file = try bench.plugin()
    _ = try bench.make(file)
    #expect(try PluginPins(home: bench.context.home).digest(of: file) == SHA256.hexDigest(ofFile: file.path))
    _ = try bench.plugin(body: "pass")
    let changed = try await refusal { _ = try bench.make(file) }
    #expect(changed.message.contains("another file than when it was first used"))
    #expect(
      changed.hints == ["if you changed it or trust the change: `runpilot plugins pin '\(file.path)'`"] && changed.exitCode == .notAllowed)
    try PluginPins(home: bench.context.home).pin(file)
    _ = try bench.make(file)
  }

  @Test("it never answers")
  func silent() async throws {
    let bench = try PluginBench()
    let file = try bench.script("silent", "#!/bin/sh\necho thinking >&2\nexec sleep 600\n")
    let opening = PluginOpening(
      file: file, credentials: [], host: .init(name: "runpilot", version: "0.1.0"), settings: ProviderSettings(id: "odd", module: "silent"),
      context: bench.context)
    let error = try await refusal { _ = try opening.open(within: .milliseconds(1_500)) }
    #expect(
      error.code == .unreachable && error.exitCode == .unavailable
        && error.message.contains("did not answer within 1 s when it was asked to `initialize`"))
    #expect(error.hints.contains("its last words on stderr: thinking"))
  }

  @Test("it dies before it says anything")
  func dead() async throws {
    let bench = try PluginBench()
    let file = try bench.script("dead", "#!/bin/sh\necho 'no module named cloud' >&2\nexit 3\n")
    let error = try await refusal { _ = try bench.make(file) }
    #expect(error.message.contains("ended with code 3 when it was asked to `initialize`") && error.exitCode == .unavailable)
    #expect(error.hints.first == "its last words on stderr: no module named cloud")
  }

  @Test("it prints a banner")
  func banner() async throws {
    let bench = try PluginBench()
    let file = try bench.script("banner", "#!/bin/sh\necho 'Welcome to cloud 3.1!'\nexec sleep 600\n")
    let error = try await refusal { _ = try bench.make(file) }
    #expect(error.message.contains("'Welcome to cloud 3.1!'; it was ended") && error.exitCode == .configuration)
    #expect(error.hints.first == "only messages may go to stdout: print everything else to stderr")
    #expect(TestHome.processes(withArgument: file.path).isEmpty)
  }

  @Test("it has no interpreter")
  func interpreter() async throws {
    let bench = try PluginBench()
    let error = try await refusal { _ = try bench.make(try bench.script("lost", "#!/usr/bin/python9\n")) }
    #expect(error.message.contains("python9") && error.exitCode == .configuration)
  }

  @Test("it speaks another version", arguments: [(0, "a newer version of the plugin"), (2, "a newer runpilot")])
  func version(theirs: Int64, remedy: String) async throws {
    let bench = try PluginBench()
    let file = try bench.plugin(greeting: ["protocol": .int(theirs)])
    let error = try await refusal { _ = try bench.make(file) }
    #expect(
      error.message.contains("speaks version \(theirs) of the protocol, and this runpilot (0.1.0) speaks 1; sha256 "), "\(error.message)")
    #expect(error.message.contains(file.path) && error.hints.first?.contains(remedy) == true && error.exitCode == .configuration)
    // One that says so itself, with its range.
    let polite = try bench.script(
      "polite",
      """
      #!/bin/sh
      read -r line
      echo '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no","data":{"class":"invalid","supported":{"min":2,"max":4}}}}'
      """)
    let said = try await refusal { _ = try bench.make(polite) }
    #expect(said.message.contains("speaks version 2 to 4") && said.hints.first?.contains("a newer runpilot") == true)
  }

  @Test("it is of another kind than its manifest says")
  func kind() async throws {
    let bench = try PluginBench()
    let error = try await refusal { _ = try bench.make(try bench.plugin(greeting: ["kind": .string("near")])) }
    #expect(error.message.contains("of the kind 'near'") && error.hints.first?.contains("\"kind\": \"near\"") == true)
  }

  @Test(
    "it breaks the protocol in the middle of things, and is ended for it",
    arguments: [
      ("say(id=m['id'], result={'id': 'a'}); say(id=m['id'], result={'id': 'a'}); time.sleep(600)", "answered request 3 twice"),
      ("print('oops', flush=True); time.sleep(600)", "printed on stdout what is no message"),
      ("say(id=99, result={}); time.sleep(600)", "spoke of request 99"),
      ("say(method='event', params={'id': m['id'], 'seq': 2, 'kind': 'progress'}); time.sleep(600)", "sent event 2 of request"),
      ("print('x' * (1 << 21), flush=True); time.sleep(600)", "sent a line of more than 1048576 bytes"),
      ("say(error={'code': -32700, 'message': 'what?'}); time.sleep(600)", "could not read a request: what?"),
      ("os.kill(os.getpid(), 9)", "was ended by signal 9"), ("sys.exit(4)", "ended with code 4"),
      ("say(id=m['id'], result={'identity': 3})", "answered in another form than agreed"),
    ])
  func violations(body: String, words: String) async throws {
    let bench = try PluginBench()
    let file = try bench.plugin(body: body)
    let provider = try bench.renting(file)
    let error = try await refusal {
      _ = try await provider.candidates(for: RentalNeed(resources: ResourceNeed(), architectures: []))
      // Whoever has an answer goes on; the next one is told that there was a second one.
      if words.contains("twice") { try await eventually { await provider.link.current?.isOver ?? false } }
      _ = try await provider.account()
    }
    #expect(error.message.contains(words) && error.message.contains(file.path), "\(error.message)")
    #expect(error.effect == .none && !error.hints.isEmpty)
  }
}
