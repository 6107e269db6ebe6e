import Basics
import FoundationEssentials
import PluginHost
import PluginProtocol
import ProviderKit
import Synchronization
import TrainingModel

extension Promises {
  static let renting = [
    Promise("it names the account that pays") { bench in
      let account = try await Talk.open(bench).ask(.account, Nothing(), AccountResult.self)
      try require(!account.id.isEmpty, "the account's id is empty")
    },
    Promise("its machines are priced or of unknown price, cheapest first, with their place") { bench in
      let talk = try await Talk.open(bench)
      let account = try await talk.ask(.account, Nothing(), AccountResult.self)
      let found = try await talk.candidates()
      try require(!found.isEmpty, "there are none under the sandbox's settings")
      let prices = found.map(\.offer.pricePerHour)
      let known = prices.compactMap(\.self)
      try require(known == known.sorted(), "they are not in the order of their prices")
      try require(prices.prefix(known.count).allSatisfy { $0 != nil }, "those of unknown price do not come last")
      try require(found.allSatisfy { $0.place.account == account.id }, "a place has another account than `account` says")
      try require(found.allSatisfy { $0.place.machine == $0.offer.machine }, "a place has another machine than its offer")
    },
    Promise("for a need that nothing meets it has an empty list, or says why not") { bench in
      var resources = ResourceNeed()
      (resources.gpus, resources.gpuType) = (.count(4_096), "NoSuchGPU")
      let need = RentalNeed(resources: resources, architectures: ["x86_64"])
      let talk = try await Talk.open(bench)
      if case .refused(let failure) = await talk.probe.ask(PluginMethod.candidates.rawValue, CandidatesParameters(need)) {
        let kind = failure.data?.kind ?? "none"
        return try require(["invalid", "capacity"].contains(kind), "it says so with class '\(kind)': \(failure.message)")
      }
      let found = try await talk.candidates(need)
      try require(found.isEmpty, "it offers \(found.first?.offer.machine ?? "") with 4,096 GPUs of a kind that there is not")
    },
    Promise("it says what it has created before it answers, and the same token is the same resource") { bench in
      let talk = try await Talk.open(bench)
      let run = UUID().uuidString.lowercased()
      let launch = try await talk.composed(run: run)
      let told = Mutex<[String]>([])
      let first = try await talk.create(launch) { id in told.withLock { $0.append(id) } }
      try require(told.withLock { $0 } == [first.id.rawValue], "`created` said \(told.withLock { $0 }), and the answer \(first.id)")
      let second = try await talk.create(launch)
      try require(first.id == second.id, "the same token made \(first.id) and then \(second.id)")
      let listed = try await talk.list(.run(uid: run))
      try require(listed.map(\.id) == [first.id], "the run has \(listed.map(\.id.rawValue)) in the listing")
      try await talk.delete(first.id)
    },
    Promise("what it created is listed with its tags, among ours and by its run, and no other run's") { bench in
      let talk = try await Talk.open(bench)
      let runs = [UUID().uuidString.lowercased(), UUID().uuidString.lowercased()]
      var made: [Resource] = []
      for run in runs { made.append(try await talk.create(try await talk.composed(run: run))) }
      for (run, resource) in zip(runs, made) {
        let listed = try await talk.list(.run(uid: run))
        try require(listed.map(\.id) == [resource.id], "the listing of a run with \(resource.id) shows \(listed.map(\.id.rawValue))")
        try require(
          listed.first?.runUID == run && listed.first?.installation == bench.installation && listed.first?.owner == "trial@runpilot",
          "\(resource.id) is listed without its run, installation or owner")
        try require(listed.first?.intent != nil, "\(resource.id) is listed without its intent")
        try require(try await talk.state(resource.id) != .gone, "\(resource.id) is listed, and `get` says that it is gone")
      }
      for scope in [ListingScope.ours, .managed, .everything] {
        let ids = Set(try await talk.list(scope).map(\.id))
        try require(ids.isSuperset(of: made.map(\.id)), "`\(ListParameters(scope, after: nil).scope)` does not show what was created")
      }
      for resource in made { try await talk.delete(resource.id) }
      for run in runs { try require(try await talk.list(.run(uid: run)).isEmpty, "what was deleted is still listed") }
    },
    Promise("deleting twice is as good as once") { bench in
      let talk = try await Talk.open(bench)
      let resource = try await talk.create(try await talk.composed(run: UUID().uuidString.lowercased()))
      try await talk.delete(resource.id)
      let again = try await talk.deleteOnce(resource.id)
      try require(again.outcome == "alreadyGone", "deleting what is gone was answered with '\(again.outcome)'")
    },
    Promise("it keeps to its credit") { bench in
      let talk = try await Talk.open(bench, credit: 1)
      // The host gives more only after a while: who does not wait for it is caught.
      _ = try await talk.list(.everything)
      _ = try await talk.candidates()
    },
  ]

  static let breaking = [
    Promise("killed at any moment of a create and asked again, it has made one resource") { bench in
      for moment in KillMoment.allCases {
        let run = UUID().uuidString.lowercased()
        let launch = try await Talk.open(bench).composed(run: run)
        await moment.kill(try await Talk.open(bench), during: launch)
        let talk = try await Talk.open(bench)
        let resource = try await talk.create(launch)
        let listed = try await talk.list(.run(uid: run))
        try require(listed.map(\.id) == [resource.id], "killed \(moment.words), then asked again: there are \(listed.map(\.id.rawValue))")
        try await talk.delete(resource.id)
      }
    },
    Promise("what was being created when it was killed is listed when it lives again") { bench in
      let run = UUID().uuidString.lowercased()
      let launch = try await Talk.open(bench).composed(run: run)
      let created = await KillMoment.whenCreated.kill(try await Talk.open(bench), during: launch)
      guard let created else { throw Broken("it never said `created`") }
      let listed = try await Talk.open(bench).list(.run(uid: run))
      try require(
        listed.map(\.id.rawValue) == [created], "it said that it had created \(created); the listing shows \(listed.map(\.id.rawValue))")
      try await Talk.open(bench).delete(ResourceID(created))
    },
    Promise("a create that is cancelled loses nothing: what was made is named, or listed") { bench in
      for waits in [false, true] {
        let talk = try await Talk.open(bench)
        let run = UUID().uuidString.lowercased()
        let answer = await cancelled(talk, try await talk.composed(run: run), afterCreated: waits)
        let listed = try await talk.list(.run(uid: run)).map(\.id.rawValue)
        switch answer {
        case .result: try require(listed.count == 1, "it answered the cancelled create, and \(listed.count) resources are listed")
        case .refused(let failure):
          let named = failure.data?.created ?? []
          try require(
            Set(listed).isSubset(of: named) || failure.data?.effect != "none", "it said that nothing was made, and \(listed) is listed")
        case .broken(let words): throw Broken("\(words) when a create was cancelled")
        }
        for id in listed { try await talk.delete(ResourceID(id)) }
        try require(try await talk.list(.run(uid: run)).isEmpty, "what was made by a cancelled create was deleted, and is still listed")
      }
    },
    Promise("what is deleted while it is still being created is gone when both are done") { bench in
      // Two hosts, as when somebody cleans up beside a run that is being started.
      let (talk, other) = (try await Talk.open(bench), try await Talk.open(bench))
      let run = UUID().uuidString.lowercased()
      let launch = try await talk.composed(run: run)
      let created = OneShot<String?>()
      let (answer, id) = try await withThrowingTaskGroup(of: PluginProbe.Answer.self) { group in
        group.addTask {
          let answer = await talk.probe.ask("create", CreateParameters(launch)) { kind, message in
            if kind == .created { created.resolve(try message.parameters(Event<CreatedBody>.self).body.resource) }
          }
          created.resolve(nil)
          return answer
        }
        let id = await created.wait()
        if let id { try await other.delete(ResourceID(id)) }
        return (try await group.next(), id)
      }
      guard let id else { throw Broken("it never said `created`") }
      if case .broken(let words)? = answer { throw Broken("\(words) when what it was creating was deleted") }
      let listed = try await talk.list(.run(uid: run)).map(\.id.rawValue)
      let state = try await talk.state(ResourceID(id))
      for left in Set(listed + [id]) { try await talk.delete(ResourceID(left)) }
      try require(listed.isEmpty && state == .gone, "\(id) was gone, and came back: it is \(state.rawValue), and \(listed) is listed")
    },
  ]

  private static func cancelled(_ talk: Talk, _ launch: ComposedLaunch, afterCreated waits: Bool) async -> PluginProbe.Answer {
    let created = OneShot<Void>()
    return await withTaskGroup(of: PluginProbe.Answer?.self) { group in
      group.addTask {
        let answer = await talk.probe.ask("create", CreateParameters(launch)) { kind, _ in if kind == .created { created.resolve(()) } }
        created.resolve(())
        return answer
      }
      if waits { await created.wait() } else { await Task.yield() }
      group.cancelAll()
      let answer = await group.next() ?? nil
      return answer ?? .broken("it said nothing")
    }
  }
}

/// When a plugin is killed during a create.
enum KillMoment: CaseIterable, Sendable {
  case atOnce, soon, whenCreated, afterwards

  var words: String {
    switch self {
    case .atOnce: "as soon as it was asked"
    case .soon: "a moment after it was asked"
    case .whenCreated: "when it had said `created`"
    case .afterwards: "after its answer"
    }
  }

  /// Kills the plugin at that moment.
  /// - Returns: what it had said to have created.
  @discardableResult
  func kill(_ talk: Talk, during launch: ComposedLaunch) async -> String? {
    let created = Noted()
    let probe = talk.probe
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        _ = await probe.ask("create", CreateParameters(launch)) { kind, message in
          guard kind == .created else { return }
          let id = try message.parameters(Event<CreatedBody>.self).body.resource
          created.id.withLock { $0 = id }
          if self == .whenCreated { probe.kill() }
        }
      }
      switch self {
      case .atOnce: probe.kill()
      case .soon:
        try? await Task.sleep(for: .milliseconds(3))
        probe.kill()
      case .whenCreated, .afterwards: break
      }
      await group.waitForAll()
    }
    probe.kill()
    return created.id.withLock { $0 }
  }
}

/// The id that a plugin has named.
private final class Noted: Sendable {
  let id = Mutex<String?>(nil)
}
