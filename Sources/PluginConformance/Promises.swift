import Basics
import FoundationEssentials
import PluginHost
import PluginProtocol
import ProviderKit
import Synchronization
import TrainingModel

/// Something that every provider promises, and how it is tried.
struct Promise: Sendable {
  static let core = "core"
  var name: String
  var level = Promise.core
  /// Throws ``Broken`` when it is not kept, ``NotClaimed`` when the plugin does not make it.
  var attempt: @Sendable (ProbeBench) async throws -> Void

  init(_ name: String, level: String = Promise.core, _ attempt: @escaping @Sendable (ProbeBench) async throws -> Void) {
    self.name = name
    self.level = level
    self.attempt = attempt
  }
}

/// All promises, in the order in which their author would mend them.
enum Promises {
  static func all(_ facts: PluginFacts) -> [Promise] {
    talking + (facts.kind == .renting ? renting + breaking + powers : near) + checking + ending
  }

  /// - Throws: ``Broken`` unless it is so.
  static func require(_ condition: Bool, _ words: @autoclosure () -> String) throws(Broken) {
    guard condition else { throw Broken(words()) }
  }

  static let talking = [
    Promise("it is silent until it is asked, then speaks version 1 and says who it is") { bench in
      let probe = try PluginProbe(bench.file, environment: bench.environment, workingFolder: bench.folder)
      try await Task.sleep(for: .milliseconds(300))
      try require(probe.heard.isEmpty, "it wrote to stdout before it was asked: '\(probe.heard.prefix(200))'")
      let facts = try await Talk.open(bench, configured: false).facts
      try require(facts.protocol == 1, "it chose version \(facts.protocol) of 1")
      try require(!facts.plugin.name.isEmpty && !facts.plugin.version.isEmpty, "it has no name, or no version")
    },
    Promise("it refuses a host of which it speaks no version, and goes on living or ends without a word on stdout") { bench in
      let probe = try PluginProbe(bench.file, environment: bench.environment, workingFolder: bench.folder)
      let hello = InitializeParameters(host: .init(name: "runpilot", version: "99"), protocol: VersionRange(min: 98, max: 99))
      guard case .refused = await probe.ask("initialize", hello) else {
        throw Broken("it agreed to a version between 98 and 99, or said nothing")
      }
    },
    Promise("it passes over members that it does not know") { bench in
      let talk = try await Talk.open(bench, configured: false)
      guard case .object(var members) = try JSON.decode(JSONValue.self, from: JSON.encode(talk.configuration())) else { return }
      members["fromTheFuture"] = .object(["a": .array([.int(1), .null])])
      _ = try await talk.ask(.configure, JSONValue.object(members), ConfigureResult.self)
    },
    Promise("it answers a method that it does not know with -32601, and goes on") { bench in
      let talk = try await Talk.open(bench)
      let failure = try await talk.refusal("levitate", Nothing())
      try require(failure.code == PluginProtocol.unknownMethod, "it answered with \(failure.code): \(failure.message)")
      _ = try await talk.list(.ours)
    },
    Promise("it takes a line of nearly a mebibyte") { bench in
      let talk = try await Talk.open(bench, configured: false)
      guard case .object(var members) = try JSON.decode(JSONValue.self, from: JSON.encode(talk.configuration())) else { return }
      let room = PluginProtocol.longestLine - (try JSON.encode(JSONValue.object(members), compact: true).count) - 500
      members["padding"] = .string(String(repeating: "x", count: room))
      _ = try await talk.ask(.configure, JSONValue.object(members), ConfigureResult.self)
    },
    Promise("without its credentials it says so, with class `auth`") { bench in
      let talk = try await Talk.open(bench, configured: false, credentials: [:])
      guard !talk.facts.credentials.isEmpty else { throw NotClaimed("it wants none") }
      var answer = await talk.probe.ask("configure", talk.configuration([:]))
      if case .result = answer {
        answer = await talk.probe.ask(talk.facts.kind == .renting ? "account" : "offers", OffersParameters(ResourceNeed()))
      }
      guard case .refused(let failure) = answer else {
        throw Broken("it did not say that it lacks \(talk.facts.credentials.joined(separator: ", "))")
      }
      try require(failure.data?.kind == "auth", "it said so with class '\(failure.data?.kind ?? "none")': \(failure.message)")
    },
    Promise("what never was is gone, is deleted already, and is in no listing") { bench in
      let talk = try await Talk.open(bench)
      let nobody = ResourceID("no-such-thing-\(UUID().uuidString.lowercased())")
      switch await talk.probe.ask(PluginMethod.get.rawValue, ResourceParameters(nobody)) {
      case .result(let answer):
        try require(try Talk.read(answer, StateResult.self, "get").state == .gone, "`get` of what never was is not `gone`")
      // The vendor's own ids may have another form.
      case .refused(let failure) where ["notFound", "invalid"].contains(failure.data?.kind): break
      case .refused(let failure):
        throw Broken("`get` of what never was was refused (\(failure.data?.kind ?? "without a class")): \(failure.message)")
      case .broken(let words): throw Broken("\(words) when it was asked for what never was")
      }
      try require(try await talk.list(.run(uid: UUID().uuidString.lowercased())).isEmpty, "a run that never was has resources")
    },
  ]

  static let ending = [
    Promise("a secret that goes through it is in nothing that it prints") { bench in
      let known = try await Talk.open(bench, configured: false).facts
      let secrets = Dictionary(uniqueKeysWithValues: known.credentials.map { ($0, Talk.canary) })
      let talk = try await Talk.open(bench, configured: false, credentials: secrets)
      _ = await talk.probe.ask("configure", talk.configuration(secrets))
      for method in ["account", "candidates", "levitate"] {
        _ = await talk.probe.ask(method, CandidatesParameters(RentalNeed(resources: ResourceNeed(), architectures: ["x86_64"])))
      }
      try require(!talk.probe.said.contains(Talk.canary), "a credential is in what it wrote to stdout or stderr")
      guard known.kind == .renting else { return }
      let whole = try await Talk.open(bench)
      let run = UUID().uuidString.lowercased()
      let launch = try await whole.composed(run: run)
      // What the plugin itself composes is on its way to the ledger, and may hold the script.
      let before = whole.probe.heard.utf8.count
      let resource = try await whole.create(launch)
      _ = try await whole.list(.run(uid: run))
      try await whole.delete(resource.id)
      try require(
        !String(decoding: whole.probe.heard.utf8.dropFirst(before), as: UTF8.self).contains(Talk.canary),
        "the boot script is in what it answered")
      try require(!whole.probe.errors.contains(Talk.canary), "the boot script is in what it wrote to stderr")
    },
    Promise("it ends by itself when its stdin is closed") { bench in
      let talk = try await Talk.open(bench)
      try require(
        await talk.probe.letGo(), "it was still there, or ended with another code than 0, five seconds after its stdin was closed")
    },
  ]
}
