import Basics
import FoundationEssentials
import PluginHost
import PluginProtocol
import ProviderKit
import TrainingModel

extension Promises {
  static let near = [
    Promise("it offers this machine for what it costs") { bench in
      let talk = try await Talk.open(bench)
      guard talk.facts.can(.offers) else { throw NotClaimed("no capability `offers`") }
      let offers = try await talk.items(.offers, OffersParameters(ResourceNeed()), WireOffer.self)
      try require(!offers.isEmpty, "it offers nothing")
    },
    Promise("a launch starts the run's agent, the same token is the same run, and deleted it is gone") { bench in
      try await tried(bench) { run in
        let talk = try await Talk.open(bench)
        let first = try await talk.launch(run)
        try require(run.agents == 1, "it answered `launch`, and has asked for \(run.agents) agents")
        let second = try await talk.launch(run)
        try require(first.id == second.id, "the same token is \(first.id) and then \(second.id)")
        try require(run.agents == 1, "for the same token it has started \(run.agents) agents")
        let listed = try await talk.listed(run)
        try require(listed.map(\.id) == [first.id], "the listing of the run shows \(listed.map(\.id.rawValue)), and not \(first.id)")
        try require(
          listed.first?.runUID == run.uid && listed.first?.installation == bench.installation,
          "\(first.id) is listed without its run or installation")
        try require(try await talk.list(.ours).map(\.id).contains(first.id), "`ours` does not show what was launched")
        try require(try await talk.list(.run(uid: UUID().uuidString.lowercased())).isEmpty, "another run's listing shows something")
        try require(try await talk.state(first.id) == .running, "it was launched, and `get` does not say that it is running")
        try await talk.delete(first.id)
        try require(try await talk.list(.run(uid: run.uid)).isEmpty, "what was deleted is still listed")
        let again = try await talk.deleteOnce(first.id)
        try require(again.outcome == "alreadyGone", "deleting what is gone was answered with '\(again.outcome)'")
      }
    },
    Promise("killed during a launch and asked again, it has started one agent") { bench in
      for whenStarted in [false, true] {
        try await tried(bench) { run in
          await kill(try await Talk.open(bench), during: run, whenStarted: whenStarted)
          let talk = try await Talk.open(bench)
          if whenStarted { _ = try await talk.listed(run) }
          let resource = try await talk.launch(run)
          let words = whenStarted ? "when it had started an agent" : "as soon as it was asked"
          try require(run.agents == 1, "killed \(words), then asked again: it has started \(run.agents) agents")
          try await talk.delete(resource.id)
        }
      }
    },
  ]

  /// A run to launch, of which nothing is left.
  private static func tried(_ bench: ProbeBench, _ body: (TrialRun) async throws -> Void) async throws {
    guard let launches = bench.launches else { throw NotClaimed("its runs need an image, and a trial has none") }
    let run = try TrialRun(launches)
    let outcome: Result<Void, any Error>
    do { outcome = .success(try await body(run)) } catch { outcome = .failure(error) }
    await run.end()
    try outcome.get()
  }

  private static func kill(_ talk: Talk, during run: TrialRun, whenStarted: Bool) async {
    if whenStarted { run.killsWhenStarted(talk.probe) }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { _ = try? await talk.launch(run) }
      if !whenStarted { talk.probe.kill() }
      await group.waitForAll()
    }
    await run.settle()
  }
}

extension Talk {
  /// Asks it to launch a run, and lends it the means to start an agent.
  func launch(_ run: TrialRun) async throws -> Resource {
    probe.lends(run, to: run.request)
    let parameters = LaunchParameters(run.request, token: LaunchToken(run.uid))
    return try await ask(.launch, parameters, CreateResult.self).resource.resource(of: "trial")
  }

  /// What is listed of a run, as soon as it is: a process has no command line yet when it has just been made.
  func listed(_ run: TrialRun) async throws -> [Resource] {
    let deadline = ContinuousClock.now + .seconds(10)
    while true {
      let found = try await list(.run(uid: run.uid))
      if !found.isEmpty || ContinuousClock.now > deadline { return found }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
