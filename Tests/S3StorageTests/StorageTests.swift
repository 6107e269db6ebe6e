import AWSSupport
import Basics
import ControlAPI
import FoundationEssentials
import Glibc
import HTTPDirect
import ProviderKit
import Retrying
import RunPilotTesting
import Testing

@testable import S3Storage

@Suite("Files and buckets, against a real S3 server")
struct StorageTests {
  private let engine: S3Engine
  private let name: String
  private let storage: S3Storage
  private let folder: TemporaryFolder

  init() async throws {
    engine = try TestEngines.s3
    folder = try TemporaryFolder()
    // The server of the tests makes a bucket on a plain PUT, which is what the commands themselves never do.
    name = try await engine.makeBucket()
    storage = try Self.open(engine)
  }

  private static func open(_ engine: S3Engine) throws -> S3Storage {
    let environment = ["AWS_ACCESS_KEY_ID": engine.accessKey, "AWS_SECRET_ACCESS_KEY": engine.secretKey]
    let surroundings = AWSSurroundings(
      environment: environment, readFile: { path throws(SystemError) in try Files.read(path) }, now: { Date() },
      transport: DirectTransport(environment: [:]),
      runProgram: { _ throws(AWSConfigurationError) in throw AWSConfigurationError("no programs here") })
    let settings = StorageSettings(
      name: "s3", module: "s3", values: ["endpoint": .string(engine.endpoint), "part_size": .int(5 << 20)])
    return try S3Storage.open(settings, in: surroundings, retry: Retry(budgets: RetryBudgets()))
  }

  private func url(_ key: String) -> StorageURL { StorageURL(bucket: name, key: key) }

  private func transfer(
    _ source: StoragePlace, _ target: StoragePlace, _ comparison: StorageTransfer.Comparison = .time, deletes: Bool = false,
    exclude: [String] = []
  ) async throws -> (plan: StoragePlan, outcome: StorageOutcome) {
    let plan = try await storage.plan(StorageTransfer(from: source, to: target, comparison, deletes: deletes, exclude: exclude))
    return (plan, try await storage.apply(plan) { _ in })
  }

  private func keys(_ prefix: String = "") async throws -> [String] {
    try await storage.list(url(prefix), after: nil, limit: 10_000).entries.map(\.url.key)
  }

  @Test("a folder goes up and comes back the same, and then nothing is left to do, either way", arguments: ["time", "size", "checksum"])
  func both(_ word: String) async throws {
    let comparison = try #require(StorageTransfer.Comparison(rawValue: word))
    try folder.write("up/a.txt", "one")
    try folder.write("up/deep/er/b ü+.txt", "two")
    try Files.writeAtomically([UInt8](repeating: 5, count: 12 << 20), to: folder.path + "/up/large.bin")
    let up = StoragePlace.file(folder.path + "/up")
    let down = StoragePlace.file(folder.path + "/down")
    let remote = StoragePlace.object(url("p"))
    #expect(try await transfer(up, remote, comparison).outcome.done.count == 3)
    #expect(try await keys() == ["p/a.txt", "p/deep/er/b ü+.txt", "p/large.bin"])
    #expect(try await storage.plan(StorageTransfer(from: up, to: remote, comparison)).steps.isEmpty)
    #expect(try await transfer(remote, down, comparison).outcome.failures.isEmpty)
    for file in ["a.txt", "deep/er/b ü+.txt", "large.bin"] {
      #expect(try Files.read(folder.path + "/up/" + file) == Files.read(folder.path + "/down/" + file))
    }
    #expect(try await storage.plan(StorageTransfer(from: remote, to: down, comparison)).steps.isEmpty)
    #expect(try await storage.plan(StorageTransfer(from: down, to: remote, comparison, deletes: true)).steps.isEmpty)
  }

  @Test("a change of the same length is seen by its sum")
  func checksum() async throws {
    try folder.write("up/a", "one")
    let (up, remote) = (StoragePlace.file(folder.path + "/up"), StoragePlace.object(url("p")))
    _ = try await transfer(up, remote)
    try folder.write("up/a", "two")
    #expect(try await storage.plan(StorageTransfer(from: up, to: remote, .size)).steps.isEmpty)
    #expect(try await transfer(up, remote, .checksum).outcome.done.count == 1)
  }

  @Test("deletion spares what is ignored, and never follows an empty source")
  func deletes() async throws {
    try folder.write("up/keep", "x")
    try folder.write("up/.runpilotignore", "secret*\n")
    try folder.write("up/secret.local", "stays here")
    let (up, remote) = (StoragePlace.file(folder.path + "/up"), StoragePlace.object(url("p")))
    for key in ["p/secret.remote", "p/old", "p/sub/old.tmp", "q/other"] {
      _ = try await storage.client.bucket(name).put(key, [1], condition: .always)
    }
    let (plan, _) = try await transfer(up, remote, deletes: true, exclude: ["*.tmp"])
    #expect(plan.deletions.map(\.target.description) == ["s3://\(name)/p/old"])
    #expect(try await keys() == ["p/.runpilotignore", "p/keep", "p/secret.remote", "p/sub/old.tmp", "q/other"])
    try Files.createFolder(folder.path + "/empty")
    await #expect(throws: StorageMistake.self) {
      try await transfer(.file(folder.path + "/empty"), remote, deletes: true)
    }
    await #expect(throws: StorageMistake.self) { try await transfer(.object(url("nothing")), up, deletes: true) }
    #expect(try await keys().count == 5)
  }

  @Test("down, with deletion: what is only here goes, what is ignored stays")
  func deletesDown() async throws {
    _ = try await storage.client.bucket(name).put("p/new", [1], condition: .always)
    try folder.write("here/old/file", "x")
    try folder.write("here/cache/file", "x")
    let (_, outcome) = try await transfer(.object(url("p")), .file(folder.path + "/here"), deletes: true, exclude: ["cache/"])
    #expect(outcome.done.count == 2)
    #expect(try Files.tree(folder.path + "/here").map(\.path).sorted() == ["cache/file", "new"])
    #expect(!Files.exists(folder.path + "/here/old"))
  }

  @Test("no key and no link leads out of the folder")
  func escapes() async throws {
    try Files.createFolder(folder.path + "/outside")
    try Files.createFolder(folder.path + "/in")
    #expect(symlink(folder.path + "/outside", folder.path + "/in/link") == 0)
    _ = try await storage.client.bucket(name).put("p/link/x", [1], condition: .always)
    _ = try await storage.client.bucket(name).put("p/fine", [1], condition: .always)
    let (_, outcome) = try await transfer(.object(url("p")), .file(folder.path + "/in"))
    #expect(outcome.failures.count == 1)
    #expect(outcome.failures.first?.message.contains("in the way") == true)
    #expect(try Files.names(in: folder.path + "/outside").isEmpty)
    #expect(Files.exists(folder.path + "/in/fine"))
  }

  @Test("one file: under its own name, under another, into a folder")
  func single() async throws {
    try folder.write("model.pt", "weights")
    let file = StoragePlace.file(folder.path + "/model.pt")
    _ = try await transfer(file, .object(url("models/")), .always)
    _ = try await transfer(file, .object(url("other")), .always)
    #expect(try await keys() == ["models/model.pt", "other"])
    try Files.createFolder(folder.path + "/into")
    _ = try await transfer(.object(url("models/model.pt")), .file(folder.path + "/into"), .always)
    #expect(try Files.readText(folder.path + "/into/model.pt") == "weights")
    await #expect(throws: StorageMistake.self) { try await transfer(.object(url("absent")), .file(folder.path + "/x"), .always) }
    await #expect(throws: StorageMistake.self) { try await transfer(.file("/absent/file"), .object(url("x")), .always) }
    await #expect(throws: StorageMistake.self) { try await transfer(file, .file("/tmp/x"), .always) }
  }

  @Test("many objects need a word, and clean-up keeps the newest")
  func deletion() async throws {
    let bucket = try storage.client.bucket(name)
    for key in ["c/1", "c/2", "c/3"] {
      _ = try await bucket.put(key, [1], condition: .always)
      // The server's clock counts seconds.
      try await Task.sleep(for: .milliseconds(1_050))
    }
    await #expect(throws: StorageMistake.self) { try await storage.planDeletion([url("c/")], recursive: false) }
    await #expect(throws: StorageMistake.self) { try await storage.planDeletion([url("absent")], recursive: true) }
    let plan = try await storage.planCleanup(url("c"), keeping: 1)
    #expect(plan.steps.map(\.target.description) == ["s3://\(name)/c/1", "s3://\(name)/c/2"])
    _ = try await storage.apply(plan) { _ in }
    #expect(try await keys() == ["c/3"])
    _ = try await storage.apply(try await storage.planDeletion([url("c")], recursive: true)) { _ in }
    #expect(try await keys().isEmpty)
  }

  @Test("a listing has pages")
  func pages() async throws {
    let bucket = try storage.client.bucket(name)
    for number in 1...7 { _ = try await bucket.put("l/\(number)", [], condition: .always) }
    let first = try await storage.list(url("l/"), after: nil, limit: 3)
    #expect(first.entries.map(\.url.key) == ["l/1", "l/2", "l/3"] && first.next == "l/3")
    let rest = try await storage.list(url("l/"), after: first.next, limit: 100)
    #expect(rest.entries.count == 4 && rest.next == nil)
  }

  @Test("a bucket that is not there is said once, not for every file")
  func noBucket() async throws {
    for number in 1...40 { try folder.write("up/\(number)", "x") }
    let plan = try await storage.plan(
      StorageTransfer(from: .file(folder.path + "/up"), to: .object(StorageURL(bucket: "no-such-bucket-here", key: "p"))))
    let error = await #expect(throws: ProviderError.self) { try await storage.apply(plan) { _ in } }
    #expect(error?.vendorCode == "NoSuchBucket")
  }

  @Test("a form for a browser")
  func form() async throws {
    let grant = try await storage.grant(url("in"), .post, lifetime: .seconds(60), maximumBytes: 10)
    #expect(grant.fields["policy"] != nil && grant.fields["x-amz-signature"]?.count == 64)
    var words = ["-s", "-o", "/dev/null", "-w", "%{http_code}"]
    for (name, value) in grant.fields.sorted(by: { $0.key < $1.key }) { words += ["-F", "\(name)=\(value)"] }
    try folder.write("small", "12345")
    try folder.write("large", "1234567890123")
    let small = try await engine.curl(words + ["-F", "file=@\(folder.path)/small", grant.url])
    #expect(small.hasPrefix("20"), "\(small)")
    let large = try await engine.curl(words + ["-F", "file=@\(folder.path)/large", grant.url])
    #expect(large.hasPrefix("4"), "\(large)")
    let elsewhere = words.map { $0 == "key=in" ? "key=elsewhere" : $0 }
    #expect(try await engine.curl(elsewhere + ["-F", "file=@\(folder.path)/small", grant.url]) == "403")
    #expect(try await keys() == ["in"])
  }
}
