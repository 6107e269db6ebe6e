import Basics
import Cryptography
import FoundationEssentials
import HTTPTransport
import ProviderKit
import XML

/// A piece of a large object.
struct UploadPart: Sendable {
  /// From 1.
  let number: Int
  let offset: Int64
  let length: Int64

  /// The pieces of an object, each but the last of the same size.
  static func all(of size: Int64, partSize: Int64) -> [UploadPart] {
    stride(from: 0, to: size, by: Int(partSize)).enumerated().map { index, offset in
      UploadPart(number: index + 1, offset: offset, length: min(partSize, size - offset))
    }
  }
}

/// What the store said to a piece.
struct SentPart: Sendable {
  let number: Int
  let etag: String
  let crc: CRC32?
}

extension S3Bucket {
  func sendParts(_ source: UploadSource, _ progress: @escaping @Sendable (Int64) -> Void) async throws(ProviderError) -> ObjectFacts {
    let parts = UploadPart.all(of: source.stamp.size, partSize: options.partSize(of: source.stamp.size))
    let unfinished = await unfinishedUpload(source.key)
    let upload: String
    if let unfinished { upload = unfinished.id } else { upload = try await beginUpload(source) }
    do throws(ProviderError) {
      let sent = try await inParallel(parts) { part async throws(ProviderError) in
        let sent = try await self.send(part, of: source, upload, present: unfinished?.etags[part.number])
        progress(part.length)
        return sent
      }
      try source.check(effect: .none)
      return try await finish(upload, sent, source)
    } catch {
      // What may succeed later is left for a second attempt to go on with; anything else would only cost money.
      if !error.code.isTransient, !Task.isCancelled { await abort(upload, source.key) }
      throw error
    }
  }

  private func beginUpload(_ source: UploadSource) async throws(ProviderError) -> String {
    var call = S3Call("POST", source.key, doing: source.doing)
    call.isMutation = true
    call.query = [("uploads", nil)]
    if options.checksums == .whenSupported {
      call.headers["x-amz-checksum-algorithm"] = "CRC32"
      call.headers["x-amz-checksum-type"] = "FULL_OBJECT"
    }
    let answer = try await send(call)
    guard let id = try parse(answer.body, call.doing).text("UploadId") else { throw nonsense(call.doing, "no upload was begun") }
    return id
  }

  private func send(_ part: UploadPart, of source: UploadSource, _ upload: String, present: String?) async throws(ProviderError) -> SentPart
  {
    let (body, md5) = try await body(source, part.offset, part.length, md5: present != nil)
    if let present, let md5, ObjectProof.digest(present) == md5 { return SentPart(number: part.number, etag: present, crc: body.crc) }
    var call = S3Call("PUT", source.key, doing: source.doing)
    call.isMutation = true
    call.query = [("partNumber", "\(part.number)"), ("uploadId", upload)]
    call.body = body
    do throws(ProviderError) {
      let answer = try await send(call)
      guard let etag = answer.head.headers["ETag"] else { throw nonsense(call.doing, "a part has no ETag") }
      return SentPart(number: part.number, etag: etag, crc: body.crc)
    } catch {
      try source.check(effect: .none)
      // An upload that is not finished changes no object.
      throw error.with(.none)
    }
  }

  private func finish(_ upload: String, _ parts: [SentPart], _ source: UploadSource) async throws(ProviderError) -> ObjectFacts {
    var call = S3Call("POST", source.key, doing: source.doing)
    call.isMutation = true
    call.query = [("uploadId", upload)]
    call.headers["Content-Type"] = "application/xml"
    let list = parts.map { part in
      let sum = part.crc.map { "<ChecksumCRC32>\(Data($0.bytes).base64EncodedString())</ChecksumCRC32>" } ?? ""
      return "<Part><PartNumber>\(part.number)</PartNumber><ETag>\(Self.escaped(part.etag))</ETag>\(sum)</Part>"
    }
    let body = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(list.joined())</CompleteMultipartUpload>"
    call.body = S3Body(Array(body.utf8), checksum: false)
    if options.checksums == .whenSupported {
      var whole = CRC32()
      for part in parts { if let crc = part.crc { whole.append(crc) } }
      call.headers["x-amz-checksum-crc32"] = Data(whole.bytes).base64EncodedString()
      call.headers["x-amz-checksum-type"] = "FULL_OBJECT"
    }
    let sent = call
    do throws(ProviderError) {
      return try await retrying { () async throws(ProviderError) in try await self.finished(sent, source) }
    } catch {
      // The answer to the first attempt was lost, and the second finds no such upload any more.
      guard error.vendorCode == "NoSuchUpload", let facts = try await head(source.key), facts.size == source.stamp.size,
        facts.etag == Self.etag(of: parts)
      else { throw error }
      return facts
    }
  }

  /// S3 answers 200 at once to keep the connection, and may have to say in the body that it failed.
  private func finished(_ call: S3Call, _ source: UploadSource) async throws(ProviderError) -> ObjectFacts {
    let answer = try await answer(to: call)
    let root = try parse(answer.body, call.doing, changed: true)
    if root.name == "Error" {
      // Like any 500: the code says what it means.
      let refusal = AWSErrorAnswer(
        code: root.text("Code"), message: root.text("Message"), requestID: answer.head.headers["x-amz-request-id"], status: 500)
      throw ProviderError(refusal, doing: call.doing, isMutation: true)
    }
    guard let etag = root.text("ETag") else { throw nonsense(call.doing, "the object has no ETag", changed: true) }
    return ObjectFacts(
      key: source.key, size: source.stamp.size, etag: etag, storeTime: ClockSkew.parse(answer.head.headers["Date"]))
  }

  /// The tag that stores give an object of parts: the sum of their sums.
  static func etag(of parts: [SentPart]) -> String? {
    let sums = parts.compactMap { ObjectProof.digest($0.etag) }
    guard sums.count == parts.count, let sum = MD5.digest(of: sums.joined()) else { return nil }
    return "\"\(Hexadecimal.string(sum))-\(parts.count)\""
  }

  /// Gives a piece up; nobody is told when even that fails, for the failure before it is what matters.
  private func abort(_ upload: String, _ key: String) async {
    var call = S3Call("DELETE", key, doing: "give up an upload to \(url(key))")
    call.query = [("uploadId", upload)]
    _ = try? await send(call)
  }
}
