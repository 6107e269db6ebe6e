import Basics
import FoundationEssentials
import HTTPDirect
import HTTPTransport
import ProviderKit
import RunPilotTesting
import Testing

@testable import AWSSupport

@Suite("Objects on a real S3 server")
struct ObjectTests {
  @Test("what is written is read, whole and in part; what is not there is nil")
  func roundTrip() async throws {
    let store = try await Store()
    #expect(try await store.bucket.get("a", range: nil) == nil)
    #expect(try await store.bucket.head("a") == nil)
    let written = try await store.bucket.put("a", Array("0123456789".utf8), condition: .always)
    let read = try #require(try await store.bucket.get("a", range: nil))
    #expect(read.bytes == Array("0123456789".utf8))
    #expect(read.facts.etag == written.etag)
    #expect(read.facts.size == 10)
    #expect(read.facts.storeTime != nil)
    #expect(read.facts.modifiedAt != nil)
    let part = try #require(try await store.bucket.get("a", range: 3..<6))
    #expect(part.bytes == Array("345".utf8))
    #expect(part.facts.size == 10)
    #expect(try await store.bucket.get("a", range: 8..<20)?.bytes == Array("89".utf8))
    #expect(try await store.bucket.get("a", range: 0..<0)?.bytes == [])
    _ = try await store.bucket.put("empty", [], condition: .always)
    #expect(try await store.bucket.get("empty", range: nil)?.bytes == [])
  }

  static let keys = [
    "plain", "a b", "a+b", "a%20b", "ünïcödé/日本/🚀", "a/../b", "..", "./x", "a//b", "a?b=c&d", "a#b", "a&<>\"'b", "a=b;c:d@e,f", "tab\tin",
    (0..<9).map { "\($0)" + String(repeating: "k", count: 99) }.joined(separator: "/"),
  ]

  @Test("a key is its bytes: blanks, plus, unicode, dots, marks of XML and of addresses", arguments: keys)
  func oddKeys(_ key: String) async throws {
    let store = try await Store()
    // The server of the tests keeps objects in a tree of folders, where these have no place.
    let isFolderLike = key.contains("..") || key.hasPrefix("./") || key.contains("//")
    let refused = await failure { () async throws(ProviderError) in _ = try await store.bucket.put(key, Array(key.utf8), condition: .always)
    }
    if let refused {
      #expect(isFolderLike, "\(refused)")
      return
    }
    #expect(try await store.bucket.get(key, range: nil)?.bytes == Array(key.utf8))
    let listed = try await store.bucket.list(prefix: "", after: nil, page: nil).objects.map(\.key)
    if !isFolderLike { #expect(listed == [key]) }
    try await store.bucket.delete([key, "not there"])
    #expect(try await store.bucket.head(key) == nil)
  }

  @Test("conditions hold, and only one of many creators wins")
  func conditions() async throws {
    let store = try await Store()
    let first = try await store.bucket.put("lock", [1], condition: .ifAbsent)
    let second = await failure { () async throws(ProviderError) in _ = try await store.bucket.put("lock", [2], condition: .ifAbsent) }
    #expect(second?.code == .conflict)
    #expect(second?.effect == ProviderError.Effect.none)
    _ = try await store.bucket.put("lock", [3], condition: .ifMatches(first.etag))
    let stale = await failure { () async throws(ProviderError) in
      _ = try await store.bucket.put("lock", [4], condition: .ifMatches(first.etag))
    }
    #expect(stale?.code == .conflict)
    #expect(try await store.bucket.get("lock", range: nil)?.bytes == [3])
  }

  @Test("a creator whose answer was lost finds out that it won")
  func lostCreation() async throws {
    let store = try await Store(faulty: true)
    let rule = try await store.engine.faults.add(.dropAnswer, method: "PUT", path: "/\(store.name)/lock")
    let facts = try await store.bucket.put("lock", Array("mine".utf8), condition: .ifAbsent)
    #expect(facts.size == 4)
    #expect(try await store.engine.faults.hits(rule) == 1)
  }

  @Test("a storm of 503 passes; bytes that were changed on the way are noticed and fetched again")
  func faults() async throws {
    let store = try await Store(faulty: true)
    let storm = try await store.engine.faults.add(.answer(status: 503), path: "/\(store.name)/x", times: 2)
    _ = try await store.bucket.put("x", Array("0123456789".utf8), condition: .always)
    #expect(try await store.engine.faults.hits(storm) == 2)
    for fault in [NetworkFaults.Kind.corrupt, .truncate(), .drop] {
      let rule = try await store.engine.faults.add(fault, method: "GET", path: "/\(store.name)/x")
      #expect(try await store.bucket.get("x", range: nil)?.bytes == Array("0123456789".utf8))
      #expect(try await store.engine.faults.hits(rule) == 1)
    }
  }

  @Test("listings have pages and begin after a key; 2,300 objects go with one call")
  func listing() async throws {
    let store = try await Store()
    let keys = (0..<2_300).map { "many/" + String($0 + 10_000) }
    try await withThrowingTaskGroup { group in
      for lane in 0..<8 {
        group.addTask {
          for key in stride(from: lane, to: keys.count, by: 8).map({ keys[$0] }) {
            _ = try await store.bucket.put(key, [], condition: .always)
          }
        }
      }
      try await group.waitForAll()
    }
    _ = try await store.bucket.put("other", [], condition: .always)
    var found: [String] = []
    var page: PageToken?
    repeat {
      let next = try await store.bucket.list(prefix: "many/", after: nil, page: page)
      found += next.objects.map(\.key)
      page = next.next
    } while page != nil
    #expect(found == keys)
    #expect(try await store.bucket.list(prefix: "many/", after: "many/12298", page: nil).objects.map(\.key) == ["many/12299"])
    try await store.bucket.delete(keys)
    #expect(try await store.bucket.list(prefix: "", after: nil, page: nil).objects.map(\.key) == ["other"])
  }
}
