import FoundationEssentials
import ProviderKit
import Synchronization
import Testing

@testable import AWSSupport

@Suite("Keeping credentials")
struct CredentialKeeperTests {
  /// A clock and a source that do as they are told.
  private final class Script: Sendable {
    struct State {
      var seconds = 0.0
      var calls = 0
      var life: Double? = 3600
      var fails = false
    }
    let state = Mutex(State())

    var calls: Int { state.withLock { $0.calls } }
    func set(_ change: @Sendable (inout State) -> Void) { state.withLock { change(&$0) } }

    func keeper(pausing: Bool = false) -> CredentialKeeper {
      CredentialKeeper(now: { [self] in Date(timeIntervalSince1970: state.withLock { $0.seconds }) }) { [self] in
        if pausing { for _ in 0..<50 { await Task.yield() } }
        return state.withLock { state in
          state.calls += 1
          if state.fails { return .failure(ProviderError(.unreachable, "away")) }
          let end = state.life.map { Date(timeIntervalSince1970: state.seconds + $0) }
          return .success(.init(AWSCredentials(accessKeyID: "\(state.calls)", secretAccessKey: "s", expires: end), source: "script"))
        }
      }
    }
  }

  @Test("many that ask at once cause one renewal")
  func single() async throws {
    let script = Script()
    let keeper = script.keeper(pausing: true)
    let ids = try await withThrowingTaskGroup(of: String.self) { group in
      for _ in 0..<40 { group.addTask { try await keeper.found().credentials.accessKeyID } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(ids == ["1"])
    #expect(script.calls == 1)
  }

  @Test("renewed a quarter of an hour before the end; a failure then is no error until the last minute")
  func early() async throws {
    let script = Script()
    let keeper = script.keeper()
    func id() async throws -> String { try await keeper.found().credentials.accessKeyID }
    #expect(try await id() == "1")
    script.set { $0.seconds = 2_699 }
    #expect(try await id() == "1")
    script.set {
      $0.seconds = 2_701
      $0.fails = true
    }
    #expect(try await id() == "1")
    #expect(try await id() == "1")
    #expect(script.calls == 2, "tried at most once a minute")
    script.set { $0.seconds = 2_762 }
    #expect(try await id() == "1")
    #expect(script.calls == 3)
    script.set { $0.seconds = 3_541 }
    await #expect(throws: ProviderError.self) { try await id() }
    script.set { $0.fails = false }
    #expect(try await id() == "5")
  }

  @Test("credentials without an end are kept, and forgotten when a service refuses them")
  func forget() async throws {
    let script = Script()
    script.set { $0.life = nil }
    let keeper = script.keeper()
    let first = try await keeper.found().credentials
    script.set { $0.seconds = 1e9 }
    #expect(try await keeper.found().credentials == first)
    await keeper.forget(first)
    let second = try await keeper.found().credentials
    #expect(second.accessKeyID == "2")
    await keeper.forget(first)
    #expect(try await keeper.found().credentials == second)
  }
}
