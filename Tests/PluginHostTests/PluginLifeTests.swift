import Basics
import FoundationEssentials
import Glibc
import ProviderKit
import RunPilotTesting
import Synchronization
import Testing
import TrainingModel

@testable import PluginHost

@Suite("The life of a plugin")
struct PluginLifeTests {
  private static let reports = "say(id=m['id'], result={'id': json.dumps(dict(os.environ)), 'identity': json.dumps(p)})"

  @Test("it gets a clean environment: what everybody gets, what its manifest names, and credentials only in `configure`")
  func environment() async throws {
    let bench = try PluginBench(environment: [
      "LAB_KEY": "in-the-environment", "LAB_TOKEN": "in-configure-only", "AWS_SECRET": "none-of-its-business",
    ])
    let file = try bench.plugin(
      greeting: ["credentials": .array([.string("LAB_TOKEN"), .string("NOT_SET")])],
      manifest: ["credentials": .array([.string("LAB_KEY")])],
      body: """
        if method == 'configure':
          seen = p
          say(id=m['id'], result={})
        else: say(id=m['id'], result={'id': json.dumps(dict(os.environ)), 'identity': json.dumps(seen)})
        """)
    let account = try await bench.renting(file).account()
    let variables = try JSON.decode([String: String].self, from: Data(account.id.utf8))
    #expect(Set(variables.keys).subtracting(["LC_CTYPE"]) == ["PATH", "HOME", "LANG", "LAB_KEY"])
    let configured = try JSON.decode(JSONValue.self, from: Data(account.identity.utf8))
    #expect(configured["credentials"] == .object(["LAB_TOKEN": .string("in-configure-only")]))
    #expect(configured["installation"]?.stringValue == "here" && configured["owner"]?.stringValue == "tester@desk")
  }

  @Test("what it says with a credential in it is shown without")
  func redaction() async throws {
    let bench = try PluginBench(environment: ["LAB_TOKEN": "hunter2-and-more"])
    let file = try bench.plugin(
      greeting: ["credentials": .array([.string("LAB_TOKEN")])],
      body: """
        print('bad token hunter2-and-more', file=sys.stderr, flush=True)
        if method == 'account': say(id=m['id'], error={'code': -32000, 'message': 'no hunter2-and-more', 'data': {'class': 'auth', 'hints': ['export LAB_TOKEN=hunter2-and-more']}})
        else: sys.exit(1)
        """)
    let provider = try bench.renting(file)
    let refused = await #expect(throws: ProviderError.self) { try await provider.account() }
    #expect(refused?.message == "no ***" && refused?.hints == ["export LAB_TOKEN=***"] && refused?.exitCode == .notAllowed)
    let died = await #expect(throws: ProviderError.self) { try await provider.status(of: ResourceID("x")) }
    #expect(died?.hints.first == "its last words on stderr: bad token ***")
  }

  @Test("it dies in a mutation: nobody knows what that did; the next call starts it again")
  func death() async throws {
    let bench = try PluginBench()
    let file = try bench.plugin(
      greeting: ["capabilities": .array([.string("stop")])],
      body: "if method == 'stop': os.kill(os.getpid(), 9)\nelse: say(id=m['id'], result={'id': str(os.getpid())})")
    let provider = try #require(try bench.make(file) as? any RentingPluginProvider & PausableProvider)
    let first = try await provider.account().id
    let error = await #expect(throws: ProviderError.self) { try await provider.stop(ResourceID("x")) }
    #expect(error?.effect == .unknown && error?.message.contains("was ended by signal 9 when it was asked to `stop`") == true)
    #expect(try await provider.account().id != first)
  }

  @Test("calls go side by side, no more of them than it takes, and each gets its own answer")
  func sideBySide() async throws {
    let bench = try PluginBench()
    let file = try bench.plugin(
      greeting: ["maxInFlight": .int(3)],
      body: """
        global waiting
        waiting = globals().get('waiting', []) + [m]
        if len(waiting) == 3 or p['id'] == '19':
          for one in reversed(waiting): say(id=one['id'], result={'state': 'running' if int(one['params']['id']) % 2 else 'stopped'})
          waiting = []
        if len(waiting) > 3: sys.exit(9)
        """)
    let provider = try bench.renting(file)
    try await withThrowingTaskGroup(of: (Int, ResourceState).self) { group in
      for number in 0..<18 { group.addTask { (number, try await provider.status(of: ResourceID("\(number)"))) } }
      for try await (number, state) in group { #expect(state == (number % 2 == 1 ? .running : .stopped)) }
    }
  }

  @Test("a cancelled call tells the plugin, and takes what it says")
  func cancellation() async throws {
    let bench = try PluginBench()
    let file = try bench.script(
      "slow",
      """
      #!/usr/bin/env python3
      import json, sys
      def say(**what): print(json.dumps({"jsonrpc": "2.0", **what}), flush=True)
      for line in sys.stdin:
        m = json.loads(line)
        if m["method"] == "initialize": say(id=m["id"], result={"protocol": 1, "plugin": {"name": "slow", "version": "1"}})
        elif m["method"] == "configure": say(id=m["id"], result={})
        elif m["method"] == "account": print("asked", file=sys.stderr, flush=True)
        elif m["method"] == "cancel": say(id=m["params"]["id"], error={"code": -32000, "message": "cancelled as you wish", "data": {"class": "canceled", "effect": "none"}})
      """)
    let provider = try bench.renting(file)
    let error = await withTaskGroup(of: ProviderError?.self) { group in
      group.addTask {
        do { _ = try await provider.account() } catch { return error as? ProviderError }
        return nil
      }
      try? await eventually { await provider.link.hasSaid("asked") }
      group.cancelAll()
      return await group.next() ?? nil
    }
    #expect(error?.message == "cancelled as you wish")
  }

  @Test("it ends when its provider is let go of; one that does not end is ended")
  func end() async throws {
    let bench = try PluginBench()
    let polite = try bench.plugin("polite", body: "say(id=m['id'], result={'id': 'a'})")
    let stubborn = try bench.script(
      "stubborn",
      """
      #!/usr/bin/env python3
      import json, signal, sys, time
      signal.signal(signal.SIGTERM, signal.SIG_IGN)
      m = json.loads(sys.stdin.readline())
      print(json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"protocol": 1, "plugin": {"name": "stubborn", "version": "1"}}}), flush=True)
      while True: time.sleep(600)
      """)
    for file in [polite, stubborn] {
      var provider: (any TrainingProvider)? = try bench.make(file)
      #expect(TestHome.processes(withArgument: file.path).count == 1)
      #expect(provider != nil)
      provider = nil
      try await eventually { TestHome.processes(withArgument: file.path).isEmpty }
    }
  }

  @Test("what it can is what its type has: nothing else is found with `as?`")
  func powers() throws {
    let bench = try PluginBench()
    for (index, words) in [[], ["stop"], ["tags"], ["stop", "tags"], ["stop", "ownEnd"], ["stop", "ownEnd", "tags"], ["ownEnd"]]
      .enumerated()
    {
      let provider = try bench.make(try bench.plugin("p\(index)", greeting: ["capabilities": .array(words.map { .string($0) })]))
      #expect(provider is any RentingProvider)
      #expect((provider is any PausableProvider) == words.contains("stop"), "\(words)")
      #expect((provider is any TaggingProvider) == words.contains("tags"), "\(words)")
      #expect((provider is any OwnEndProvider) == (words.contains("ownEnd") && words.contains("stop")), "\(words)")
    }
    let near = try bench.make(try bench.plugin("near", greeting: ["kind": .string("near")], manifest: ["kind": .string("near")]))
    #expect(!(near is any RentingProvider) && near is any LogRecovery)
  }
}

extension PluginLink {
  /// Whether the plugin has written that to stderr.
  func hasSaid(_ words: String) -> Bool { current?.state.withLock { $0.tail.text(hiding: []) }.contains(words) ?? false }
}
