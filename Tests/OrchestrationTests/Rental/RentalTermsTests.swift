import FoundationEssentials
import ProviderKit
import Testing
import TrainingModel

@testable import Orchestration

@Suite("What is settled before a machine is rented")
struct RentalTermsTests {
  private static let now = Date(timeIntervalSince1970: 1_000_000)

  /// - Parameters:
  ///   - hours: how long the machine may be there.
  ///   - keys: how many hours the caller's credentials last; nil for ever.
  private static func refusal(_ access: StoreAddress.Credentials, hours: Double, keys: Double?) -> RunRefused? {
    let account = RentalAccount(id: "1", identity: "ada", credentialsExpire: keys.map { now.addingTimeInterval($0 * 3_600) })
    do throws(RunRefused) {
      try RentalTerms.check(account, until: now.addingTimeInterval(hours * 3_600), now: now, access: access, at: "cloud")
      return nil
    } catch {
      return error
    }
  }

  @Test("A role opens the mailbox as long as it likes; a session 36 hours, and for a user's own keys only")
  func access() {
    #expect(Self.refusal(.machine, hours: 1_000, keys: nil) == nil)
    #expect(Self.refusal(.machine, hours: 1_000, keys: 1) == nil)
    #expect(Self.refusal(.session, hours: 36, keys: nil) == nil)
    #expect(Self.refusal(.session, hours: 37, keys: nil)?.message.contains("36 hours") == true)
    #expect(Self.refusal(.session, hours: 1, keys: 2)?.message.contains("temporary") == true)
    #expect(Self.refusal(.environment, hours: 1, keys: 2) == nil)
    #expect(Self.refusal(.environment, hours: 3, keys: 2)?.message.contains("before the machine must") == true)
    for access in [StoreAddress.Credentials.machine, .session, .environment] {
      #expect(Self.refusal(access, hours: 1, keys: -1)?.message.contains("ended") == true)
      #expect(Self.refusal(access, hours: 40, keys: 2).map { !$0.hints.isEmpty } ?? (access == .machine))
    }
  }
}
