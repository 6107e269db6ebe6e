import Basics
import Cryptography
import FoundationEssentials
import HTTPTransport
public import ProviderKit

extension S3Bucket: ObjectStore {
  /// An object's bytes, or a range of them, in memory; nil when there is no such object. Whole objects are verified where the store says how.
  public func get(_ key: String, range: Range<Int64>?) async throws(ProviderError) -> StoredObject? {
    if let range, range.isEmpty { return try await head(key).map { StoredObject(bytes: [], facts: $0) } }
    var call = S3Call("GET", key, doing: "read \(url(key))")
    call.expected = range == nil ? [404] : [404, 416]
    if let range { call.headers["Range"] = "bytes=\(range.lowerBound)-\(range.upperBound - 1)" } else { askForChecksum(&call) }
    let sent = call
    let whole = range == nil
    return try await retrying { () async throws(ProviderError) in
      let answer = try await self.answer(to: sent)
      if answer.head.status == 404 { return try self.absence(answer, sent) }
      let facts = try self.facts(key, answer.head, doing: sent.doing)
      // Nothing of the object is in that range.
      if answer.head.status == 416 { return StoredObject(bytes: [], facts: facts) }
      if whole, let proof = ObjectProof(answer.head), !proof.holds(for: answer.body) { throw self.damaged(sent.doing) }
      return StoredObject(bytes: answer.body, facts: facts)
    }
  }

  /// What is known of an object without its bytes; nil when there is none.
  public func head(_ key: String) async throws(ProviderError) -> ObjectFacts? {
    var call = S3Call("HEAD", key, doing: "look at \(url(key))")
    call.expected = [404]
    let answer = try await send(call)
    return answer.head.status == 404 ? nil : try facts(key, answer.head, doing: call.doing)
  }

  /// Writes an object whole, with its checksum.
  ///
  /// When an answer was lost and the condition no longer holds, the object may be ours: it is read back and compared.
  public func put(_ key: String, _ bytes: [UInt8], condition: PutCondition) async throws(ProviderError) -> ObjectFacts {
    var call = S3Call("PUT", key, doing: "write \(url(key))")
    call.isMutation = true
    call.body = S3Body(bytes, checksum: options.checksums == .whenSupported)
    switch condition {
    case .always: break
    case .ifAbsent: call.headers["If-None-Match"] = "*"
    case .ifMatches(let etag): call.headers["If-Match"] = etag
    }
    do throws(ProviderError) {
      let answer = try await send(call)
      return try facts(key, answer.head, size: Int64(bytes.count), doing: call.doing)
    } catch {
      guard error.code == .conflict, error.effect == .unknown, let stored = try await get(key, range: nil) else { throw error }
      guard stored.bytes == bytes else { throw error.with(.none) }
      return stored.facts
    }
  }

  /// An address that lets whoever holds it read one object for a while.
  public func presignedGet(_ key: String, lifetime: Duration) async throws(ProviderError) -> String {
    try await presigned("GET", key, lifetime: lifetime)
  }

  func askForChecksum(_ call: inout S3Call) {
    if options.checksums == .whenSupported { call.headers["x-amz-checksum-mode"] = "ENABLED" }
  }

  /// Tells a missing object from a missing bucket.
  func absence<Result>(_ answer: S3Answer, _ call: S3Call) throws(ProviderError) -> Result? {
    let refusal = S3Refusal(answer.head, answer.body)
    if refusal.answer.code == "NoSuchBucket" { throw failure(refusal, call) }
    return nil
  }

  func facts(_ key: String, _ head: HTTPResponseHead, size: Int64? = nil, doing: String) throws(ProviderError) -> ObjectFacts {
    guard let etag = head.headers["ETag"] else { throw nonsense(doing, "the answer names no ETag") }
    let range = head.headers["Content-Range"]?.split(separator: "/").last.flatMap { Int64($0) }
    guard let length = size ?? range ?? head.headers["Content-Length"].flatMap({ Int64($0) }) else {
      throw nonsense(doing, "the answer does not say how long the object is")
    }
    return ObjectFacts(
      key: key, size: length, etag: etag, modifiedAt: ClockSkew.parse(head.headers["Last-Modified"]),
      storeTime: ClockSkew.parse(head.headers["Date"]))
  }

  func damaged(_ doing: String) -> ProviderError {
    ProviderError(.vendorFault, "cannot \(doing): what arrived is not what was stored: its checksum differs")
  }
}
