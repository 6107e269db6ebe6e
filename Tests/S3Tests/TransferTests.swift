import Basics
import FoundationEssentials
import Glibc
import HTTPDirect
import HTTPTransport
import ProviderKit
import RunPilotTesting
import Testing

@testable import AWSSupport

@Suite("Files up and down, against a real S3 server and a network that lies")
struct TransferTests {
  private func same(_ left: String, _ right: String) throws -> Bool { try Files.read(left) == Files.read(right) }

  @Test("files of every interesting size come back as they went", arguments: [0, 1, 5 << 20, (5 << 20) + 1, (16 << 20) + 12_345])
  func sizes(_ size: Int) async throws {
    let store = try await Store()
    let file = try store.file("up", size)
    let told = Counter()
    let sent = try await store.bucket.upload(file: file, to: "dir/file") { told.add($0) }
    #expect(told.value == size)
    #expect(sent.size == size)
    let back = Counter()
    let brought = try await store.bucket.download("dir/file", to: store.folder.path + "/down") { back.add($0) }
    #expect(try same(file, store.folder.path + "/down"))
    #expect(back.value == size)
    #expect(brought.etag == sent.etag)
    #expect(try Files.names(in: store.folder.path).sorted() == ["down", "up"])
  }

  @Test("a missing object leaves no file, and a missing file is said")
  func missing() async throws {
    let store = try await Store()
    let down = await failure { () async throws(ProviderError) in
      _ = try await store.bucket.download("nothing", to: store.folder.path + "/down")
    }
    #expect(down?.code == .notFound)
    #expect(try Files.names(in: store.folder.path).isEmpty)
    let up = await failure { () async throws(ProviderError) in _ = try await store.bucket.upload(file: "/nowhere", to: "x") }
    #expect(up?.message.contains("/nowhere") == true)
  }

  @Test("an upload that broke off goes on where it stood")
  func resume() async throws {
    let store = try await Store(faulty: true, S3Options(partSize: 5 << 20, parallelParts: 1))
    let file = try store.file("up", 21 << 20)
    let rule = try await store.engine.faults.add(.drop, method: "PUT", path: "/\(store.name)/big.*partNumber=4.*", times: 5)
    let broken = await failure { () async throws(ProviderError) in _ = try await store.bucket.upload(file: file, to: "big") }
    #expect(broken?.code == .unreachable)
    #expect(broken?.effect == ProviderError.Effect.none)
    #expect(try await store.engine.faults.hits(rule) == 5)
    let before = try await store.engine.faults.log(path: "/\(store.name)/big.*partNumber.*").filter { $0.method == "PUT" }.count
    _ = try await store.bucket.upload(file: file, to: "big")
    let after = try await store.engine.faults.log(path: "/\(store.name)/big.*partNumber.*").filter { $0.method == "PUT" }.count
    // Parts one to three were there.
    #expect(after - before == 2)
    _ = try await store.bucket.download("big", to: store.folder.path + "/down")
    #expect(try same(file, store.folder.path + "/down"))
  }

  @Test("parts that are lost, refused and cut on the way are sent again; the answer to the last request may be lost too")
  func lies() async throws {
    let store = try await Store(faulty: true)
    let file = try store.file("up", 16 << 20)
    let faults: [(NetworkFaults.Kind, String)] = [
      (.dropUpload(after: 1 << 20), "1"), (.answer(status: 503), "2"), (.dropAnswer, "3"),
    ]
    for (fault, part) in faults {
      try await store.engine.faults.add(fault, method: "PUT", path: "/\(store.name)/big.*partNumber=\(part)&.*")
    }
    let last = try await store.engine.faults.add(.dropAnswer, method: "POST", path: "/\(store.name)/big.uploadId=.*")
    let sent = try await store.bucket.upload(file: file, to: "big")
    #expect(try await store.engine.faults.hits(last) == 1)
    #expect(try await store.bucket.head("big")?.etag == sent.etag)
    _ = try await store.bucket.download("big", to: store.folder.path + "/down")
    #expect(try same(file, store.folder.path + "/down"))
  }

  @Test("a download that breaks off, or is changed on the way, is right in the end", arguments: [1 << 20, 16 << 20])
  func badDownloads(_ size: Int) async throws {
    let store = try await Store(faulty: true)
    let file = try store.file("up", size)
    _ = try await store.bucket.upload(file: file, to: "x")
    try await store.engine.faults.add(.truncate(), method: "GET", path: "/\(store.name)/x", times: 2)
    _ = try await store.bucket.download("x", to: store.folder.path + "/down")
    #expect(try same(file, store.folder.path + "/down"))
    // A small one is fetched anew; of a large one it cannot be known which piece it was, and all come again.
    try await store.engine.faults.add(.corrupt, method: "GET", path: "/\(store.name)/x", times: 1, skip: size > 10 << 20 ? 1 : 0)
    _ = try await store.bucket.download("x", to: store.folder.path + "/again")
    #expect(try same(file, store.folder.path + "/again"))
  }

  @Test("a file that changes while it is sent is not stored as if it had not")
  func changing() async throws {
    let store = try await Store(faulty: true)
    let file = try store.file("up", 16 << 20)
    let held = try await store.engine.faults.add(.hold, method: "PUT", path: "/\(store.name)/big.*partNumber=1&.*")
    async let outcome = failure { () async throws(ProviderError) in _ = try await store.bucket.upload(file: file, to: "big") }
    try await store.engine.faults.during(held) { try Files.writeAtomically([UInt8](repeating: 1, count: 100), to: file) }
    let error = await outcome
    #expect(error?.code == .conflict)
    #expect(error?.message.contains("changed") == true)
    #expect(try await store.bucket.head("big") == nil)
  }

  @Test("a small file that changes while it is sent is said to have, also when it stays as long as it was")
  func changingSmall() async throws {
    let store = try await Store(faulty: true)
    let file = try store.file("up", 1_000)
    let held = try await store.engine.faults.add(.hold, method: "PUT", path: "/\(store.name)/small.*")
    async let outcome = failure { () async throws(ProviderError) in _ = try await store.bucket.upload(file: file, to: "small") }
    try await store.engine.faults.during(held) {
      let descriptor = try Descriptor.open(file, O_WRONLY)
      #expect([UInt8]([7, 7, 7]).withUnsafeBytes { Descriptor.writeAll($0, to: descriptor.raw) } == nil)
    }
    let error = await outcome
    #expect(error?.code == .conflict && error?.message.contains("changed while it was sent") == true, "\(String(describing: error))")
    #expect(error?.effect != ProviderError.Effect.none, "what was there before is stored")
  }

  @Test("presigned addresses read and write without credentials, for as long as they say")
  func presigned() async throws {
    let store = try await Store()
    let put = try await store.bucket.presigned("PUT", "dir/a b+ü", lifetime: .seconds(60))
    let get = try await store.bucket.presignedGet("dir/a b+ü", lifetime: .seconds(60))
    let origin = try AWSEndpoint.custom(store.engine.endpoint, source: "test", region: "us-east-1").origin
    let transport = DirectTransport(environment: [:])
    func target(_ url: String) -> String { String(url.dropFirst(store.engine.endpoint.count)) }
    let written = try await transport.send(HTTPRequest("PUT", origin, target(put), body: .bytes([1, 2, 3])))
    #expect(written.head.status == 200)
    let read = try await transport.send(HTTPRequest("GET", origin, target(get)))
    #expect(try await read.body.collect() == [1, 2, 3])
    let other = try await transport.send(HTTPRequest("GET", origin, target(get).replacing("dir", with: "rid")))
    #expect(other.head.status == 403)
    let past = try Store.client(store.engine.endpoint, store.engine.accessKey, store.engine.secretKey, now: { Date() - 120 })
    let over = try await past.bucket(store.name).presignedGet("dir/a b+ü", lifetime: .seconds(60))
    #expect(try await transport.send(HTTPRequest("GET", origin, target(over))).head.status == 403)
    await #expect(throws: ProviderError.self) { try await store.bucket.presignedGet("x", lifetime: .seconds(700_000)) }
  }
}
