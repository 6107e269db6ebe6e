import ControlAPI
import Testing

@testable import S3Storage

@Suite("50,000 objects, of a store that is asked too often")
struct ManyObjectsTests {
  private let url = StorageURL(bucket: "some-bucket", key: "many/")

  @Test("all are listed, in order, with no page twice and none left out")
  func listing() async throws {
    let store = ManyObjects(50_000)
    let listing = try await store.storage().list(url, after: nil, limit: 100_000)
    #expect(listing.entries.map(\.url.key) == store.keys)
    #expect(listing.next == nil)
    #expect(store.requests - store.throttled == 50 && store.throttled >= 5)
  }

  @Test("a limit ends the listing, and what it names as the next goes on right behind")
  func pages() async throws {
    let store = ManyObjects(50_000)
    let storage = try store.storage()
    var found: [String] = []
    var after: String?
    repeat {
      let listing = try await storage.list(url, after: after, limit: 12_345)
      found += listing.entries.map(\.url.key)
      after = listing.next
    } while after != nil
    #expect(found == store.keys)
  }

  @Test("all go, a thousand with a request")
  func deletion() async throws {
    let store = ManyObjects(50_000)
    let storage = try store.storage()
    let plan = try await storage.planDeletion([url], recursive: true)
    #expect(plan.steps.count == 50_000)
    let before = store.requests - store.throttled
    let outcome = try await storage.apply(plan) { _ in }
    #expect(outcome.done.count == 50_000 && outcome.failures.isEmpty)
    #expect(store.requests - store.throttled - before == 50)
    #expect(store.keys.isEmpty)
  }
}
