import Basics
import FoundationEssentials
import HTTPTransport
import ProviderKit
import RunPilotTesting
import Testing

@testable import AWSSupport

@Suite("Downloads that are interrupted go on, and never mix two versions")
struct DownloadTests {
  private func same(_ left: String, _ right: String) throws -> Bool { try Files.read(left) == Files.read(right) }

  private let options = S3Options(partSize: 5 << 20, parallelParts: 1)

  private func fetched(_ store: Store) async throws -> Int {
    try await store.engine.faults.log(path: "/\(store.name)/big").filter { $0.method == "GET" && $0.status == 206 }.count
  }

  /// Sends 26 MiB, and breaks the download off in the fourth of six pieces.
  private func interrupted(_ store: Store) async throws -> String {
    let file = try store.file("up", 26 << 20)
    _ = try await store.bucket.upload(file: file, to: "big")
    // The first request is answered whole, and given up; then come the pieces.
    let rule = try await store.engine.faults.add(.drop, method: "GET", path: "/\(store.name)/big", times: 100, skip: 4)
    let broken = await failure { () async throws(ProviderError) in
      _ = try await store.bucket.download("big", to: store.folder.path + "/down")
    }
    #expect(broken?.code == .unreachable)
    try await store.engine.faults.remove(rule)
    #expect(try Files.names(in: store.folder.path).sorted() == [".down.runpilot-part", "up"])
    return file
  }

  @Test("a download that broke off goes on where it stood, and leaves nothing beside its file")
  func resume() async throws {
    let store = try await Store(faulty: true, options)
    let file = try await interrupted(store)
    let before = try await fetched(store)
    let told = Counter()
    _ = try await store.bucket.download("big", to: store.folder.path + "/down") { told.add($0) }
    #expect(try await fetched(store) - before == 3)
    #expect(told.value == 26 << 20)
    #expect(try same(file, store.folder.path + "/down"))
    #expect(try Files.names(in: store.folder.path).sorted() == ["down", "up"])
  }

  @Test("an object that has changed meanwhile is fetched from its beginning")
  func changedBetween() async throws {
    let store = try await Store(faulty: true, options)
    _ = try await interrupted(store)
    let other = try store.file("other", (26 << 20) + 7)
    _ = try await store.bucket.upload(file: other, to: "big")
    let before = try await fetched(store)
    _ = try await store.bucket.download("big", to: store.folder.path + "/down")
    #expect(try await fetched(store) - before == 6)
    #expect(try same(other, store.folder.path + "/down"))
  }

  @Test("a piece that was damaged on the disk is not believed")
  func damagedOnDisk() async throws {
    let store = try await Store(faulty: true, options)
    let file = try await interrupted(store)
    let partial = try HTTPFile(opening: store.folder.path + "/.down.runpilot-part", 1)
    try [UInt8]([1, 2, 3, 4]).withUnsafeBytes { bytes in Result { () throws(HTTPError) in try partial.write(bytes, at: 6 << 20) } }.get()
    let before = try await fetched(store)
    _ = try await store.bucket.download("big", to: store.folder.path + "/down")
    #expect(try await fetched(store) - before == 4)
    #expect(try same(file, store.folder.path + "/down"))
  }

  @Test("an object that is replaced while it is fetched is said to be, and nothing of it stays")
  func changedMeanwhile() async throws {
    let store = try await Store(faulty: true, options)
    _ = try await store.bucket.upload(file: try store.file("up", 16 << 20), to: "big")
    let other = try store.file("other", 16 << 20, seed: 2)
    let held = try await store.engine.faults.add(.hold, method: "GET", path: "/\(store.name)/big", skip: 2)
    async let outcome = failure { () async throws(ProviderError) in
      _ = try await store.bucket.download("big", to: store.folder.path + "/down")
    }
    try await store.engine.faults.during(held) { _ = try await store.bucket.upload(file: other, to: "big") }
    let error = await outcome
    #expect(error?.code == .conflict)
    #expect(error?.message.contains("replaced") == true)
    #expect(try Files.names(in: store.folder.path).sorted() == ["other", "up"])
  }

  @Test("pieces that are cut short go on inside the piece; one whose bytes were changed is found by the sum of all, and all comes again")
  func lies() async throws {
    let store = try await Store(faulty: true, options)
    let file = try store.file("up", 16 << 20)
    _ = try await store.bucket.upload(file: file, to: "big")
    try await store.engine.faults.add(.truncate(), method: "GET", path: "/\(store.name)/big", times: 2, skip: 1)
    let storm = try await store.engine.faults.add(.answer(status: 503), method: "GET", path: "/\(store.name)/big", times: 2, skip: 2)
    _ = try await store.bucket.download("big", to: store.folder.path + "/down")
    #expect(try await store.engine.faults.hits(storm) == 2)
    #expect(try same(file, store.folder.path + "/down"))
    let told = Counter()
    let rule = try await store.engine.faults.add(.corrupt, method: "GET", path: "/\(store.name)/big", times: 1, skip: 2)
    _ = try await store.bucket.download("big", to: store.folder.path + "/again") { told.add($0) }
    #expect(try await store.engine.faults.hits(rule) == 1)
    #expect(told.value == 16 << 20)
    #expect(try same(file, store.folder.path + "/again"))
  }

  @Test("what stays damaged is no object: nothing of it stays")
  func damaged() async throws {
    let store = try await Store(faulty: true, options)
    _ = try await store.bucket.upload(file: try store.file("up", 16 << 20), to: "big")
    try await store.engine.faults.add(.corrupt, method: "GET", path: "/\(store.name)/big", times: 100, skip: 1)
    let error = await failure { () async throws(ProviderError) in
      _ = try await store.bucket.download("big", to: store.folder.path + "/down")
    }
    #expect(error?.message.contains("checksum") == true)
    let left = try await store.engine.faults.log(path: "/\(store.name)/big").filter { $0.status == 206 }.count
    #expect(left == 8)
    #expect(try Files.names(in: store.folder.path) == ["up"])
  }

  @Test("two downloads to one file do not write into one another")
  func two() async throws {
    let store = try await Store(faulty: false, options)
    let file = try store.file("up", 16 << 20)
    _ = try await store.bucket.upload(file: file, to: "big")
    async let first = store.bucket.download("big", to: store.folder.path + "/down")
    async let second = store.bucket.download("big", to: store.folder.path + "/down")
    #expect(try await first.etag == (try await second).etag)
    #expect(try same(file, store.folder.path + "/down"))
    #expect(try Files.names(in: store.folder.path).sorted() == ["down", "up"])
  }

  @Test("a link under the name of the unfinished file is not followed")
  func link() async throws {
    let store = try await Store()
    let file = try store.file("up", 11 << 20)
    _ = try await store.bucket.upload(file: file, to: "big")
    try Files.writeAtomically(Array("precious".utf8), to: store.folder.path + "/precious")
    try FileManager.default.createSymbolicLink(
      atPath: store.folder.path + "/.down.runpilot-part", withDestinationPath: store.folder.path + "/precious")
    _ = try await store.bucket.download("big", to: store.folder.path + "/down")
    #expect(try same(file, store.folder.path + "/down"))
    #expect(try Files.readText(store.folder.path + "/precious") == "precious")
  }
}
