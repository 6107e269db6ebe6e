import Basics
import Cryptography
import FoundationEssentials
import Glibc
import HTTPTransport
public import ProviderKit
import XML

extension S3Client {
  /// Objects above this go in parts.
  static let partSize: Int64 = 16 << 20
  /// How many parts are under way at once: with their size, the most memory that a transfer takes.
  static let parallelParts = 3

  // MARK: there

  /// Sends a file; a large one in parallel parts, each checked by the store against its MD5. A file that changes meanwhile is an error.
  public func upload(file path: String, to key: String) async throws(ProviderError) -> ObjectFacts {
    guard let before = FileStamp(path) else { throw Self.local("send", path, ENOENT) }
    let facts: ObjectFacts
    if before.size <= Self.partSize {
      facts = try await put(key, try Self.read(path, 0..<before.size), condition: .always)
    } else {
      facts = try await uploadParts(path, before.size, to: key)
    }
    guard FileStamp(path) == before else {
      throw ProviderError(
        .conflict, "\(path) changed while it was sent", effect: .applied, hints: ["send it again when nobody writes to it"])
    }
    return facts
  }

  private func uploadParts(_ path: String, _ size: Int64, to key: String) async throws(ProviderError) -> ObjectFacts {
    var begin = Call(method: "POST", key: key, query: [("uploads", "")], doing: "begin to write \(name(key))")
    begin.isMutation = true
    let (_, answer) = try await collect(begin)
    guard let id = (try? XMLNode.parse(answer))?.text("UploadId") else {
      throw ProviderError(.vendorFault, "cannot \(begin.doing): the answer names no upload")
    }
    do throws(ProviderError) {
      let tags = try await sendParts(path, size, key, id)
      return try await complete(key, id, tags, size)
    } catch {
      // What was sent so far would cost for ever.
      let client = self
      await uncancelled {
        var abort = Call(method: "DELETE", key: key, query: [("uploadId", id)], doing: "give up writing \(client.name(key))")
        abort.accepted = [404]
        _ = try? await client.collect(abort)
      }
      throw error
    }
  }

  private func sendParts(_ path: String, _ size: Int64, _ key: String, _ id: String) async throws(ProviderError) -> [String] {
    // Ten thousand parts at most.
    let length = max(Self.partSize, (size + 9_999) / 10_000)
    let ranges = stride(from: Int64(0), to: size, by: Int64.Stride(length)).map { $0..<min(size, $0 + length) }
    return try await inParallel(ranges) { (number, range) async throws(ProviderError) -> String in
      var call = Call(
        method: "PUT", key: key, query: [("partNumber", "\(number + 1)"), ("uploadId", id)],
        doing: "write part \(number + 1) of \(ranges.count) of \(self.name(key))")
      let bytes = try Self.read(path, range)
      call.body = .bytes(bytes)
      call.digest = SHA256.hexDigest(of: bytes)
      call.isMutation = true
      if let md5 = MD5.digest(of: bytes) { call.headers["Content-MD5"] = Data(md5).base64EncodedString() }
      return try await self.collect(call).head.headers["ETag"] ?? ""
    }
  }

  private func complete(_ key: String, _ id: String, _ tags: [String], _ size: Int64) async throws(ProviderError) -> ObjectFacts {
    let parts = tags.enumerated().map { "<Part><PartNumber>\($0.offset + 1)</PartNumber><ETag>\(Self.escaped($0.element))</ETag></Part>" }
    let bytes = Array("<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>".utf8)
    var call = Call(method: "POST", key: key, query: [("uploadId", id)], doing: "finish writing \(name(key))")
    call.body = .bytes(bytes)
    call.digest = SHA256.hexDigest(of: bytes)
    call.isMutation = true
    let (head, body) = try await collect(call)
    let root = try? XMLNode.parse(body)
    // An answer that says 200 may hold an error all the same.
    if root?.name == "Error" {
      throw ProviderError(
        .vendorFault, "cannot \(call.doing): \(root?.text("Message") ?? root?.text("Code") ?? "refused")", vendorCode: root?.text("Code"),
        effect: .unknown)
    }
    var facts = facts(key, head, size: size)
    facts.etag = root?.text("ETag") ?? facts.etag
    return facts
  }

  // MARK: and back

  /// Brings an object into a file that appears only when it is whole; parts of a large one come in parallel, all of the same version.
  public func download(_ key: String, to path: String) async throws(ProviderError) -> ObjectFacts {
    guard let facts = try await head(key) else {
      throw ProviderError(.notFound, "there is no \(name(key))", hints: ["see what there is: `runpilot storage list \(name(""))`"])
    }
    let draft = "\(path).\(UInt32.random(in: 0 ... .max)).part"
    defer { unlink(draft) }
    guard let file = try? HTTPFile(opening: draft, O_RDWR | O_CREAT | O_EXCL) else { throw Self.local("write", draft, errno) }
    let length = Self.partSize
    let ranges = stride(from: Int64(0), to: facts.size, by: Int64.Stride(length)).map { $0..<min(facts.size, $0 + length) }
    _ = try await inParallel(ranges) { (_, range) async throws(ProviderError) -> Bool in
      var call = Call(method: "GET", key: key, doing: "read \(self.name(key))")
      call.headers["Range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
      // Another version in between would give a file that never was.
      call.headers["If-Match"] = facts.etag
      let (_, body) = try await self.collect(call)
      guard Int64(body.count) == range.upperBound - range.lowerBound else {
        throw ProviderError(.vendorFault, "cannot \(call.doing): \(body.count) bytes came of a part of \(range.count)")
      }
      do throws(HTTPError) {
        let written: Result<Void, HTTPError> = body.withUnsafeBytes { bytes in
          do throws(HTTPError) { return .success(try file.write(bytes, at: range.lowerBound)) } catch { return .failure(error) }
        }
        try written.get()
      } catch {
        throw ProviderError(.invalidRequest, error.message, hints: error.hints)
      }
      return true
    }
    try Self.check(draft, facts, name(key))
    guard fsync(file.raw) == 0, rename(draft, path) == 0 else { throw Self.local("write", path, errno) }
    return facts
  }

  /// An ETag that is an MD5 must be the file's.
  private static func check(_ path: String, _ facts: ObjectFacts, _ name: String) throws(ProviderError) {
    let tag = facts.etag.filter { $0 != "\"" }
    guard facts.size <= partSize, tag.utf8.count == 32, tag.allSatisfy(\.isHexDigit) else { return }
    guard let digest = MD5.digest(of: try read(path, 0..<facts.size)), Hexadecimal.string(digest) == tag else {
      throw ProviderError(.vendorFault, "what came of \(name) is not what the store says it has", hints: ["try again"])
    }
  }

  // MARK: shared

  /// Does `body` for each item, a few at a time, with the results in order. The first failure ends the rest.
  private func inParallel<Item: Sendable, Output: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Int, Item) async throws(ProviderError) -> Output
  ) async throws(ProviderError) -> [Output] {
    let outcome: Result<[Output], ProviderError> = await withTaskGroup(of: (Int, Result<Output, ProviderError>).self) { group in
      var results = [Output?](repeating: nil, count: items.count)
      var next = 0
      func add() {
        guard next < items.count else { return }
        let index = next
        let item = items[index]
        next += 1
        group.addTask {
          do throws(ProviderError) { return (index, .success(try await body(index, item))) } catch { return (index, .failure(error)) }
        }
      }
      for _ in 0..<Self.parallelParts { add() }
      for await (index, result) in group {
        switch result {
        case .success(let output):
          results[index] = output
          add()
        case .failure(let error):
          group.cancelAll()
          return .failure(error)
        }
      }
      return .success(results.compactMap(\.self))
    }
    return try outcome.get()
  }

  private static func read(_ path: String, _ range: Range<Int64>) throws(ProviderError) -> [UInt8] {
    do throws(SystemError) {
      let file = try Descriptor.open(path, O_RDONLY)
      var bytes = [UInt8](repeating: 0, count: Int(range.count))
      var count = 0
      while count < bytes.count {
        let (done, length) = (count, bytes.count)
        let step = bytes.withUnsafeMutableBytes {
          pread(file.raw, $0.baseAddress?.advanced(by: done), length - done, off_t(range.lowerBound) + done)
        }
        if step < 0 && errno == EINTR { continue }
        guard step >= 0 else { throw SystemError("read", path) }
        guard step > 0 else { break }
        count += step
      }
      guard count == bytes.count else { throw SystemError("read", path, code: EAGAIN) }
      return bytes
    } catch {
      throw ProviderError(.invalidRequest, error.message, hints: error.hints)
    }
  }

  private static func local(_ what: String, _ path: String, _ code: Int32) -> ProviderError {
    let error = SystemError(what, path, code: code)
    return ProviderError(.invalidRequest, error.message, hints: error.hints)
  }
}
