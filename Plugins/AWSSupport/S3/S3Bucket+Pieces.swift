import Basics
import Cryptography
import FoundationEssentials
import HTTPTransport
import ProviderKit

extension S3Bucket {
  /// Brings a large object in parallel pieces, all of the same version; those that are there already are not fetched again.
  func fetchPieces(_ facts: ObjectFacts, _ head: HTTPResponseHead, _ target: DownloadTarget) async throws(ProviderError) -> ObjectFacts {
    let proof = ObjectProof(head)
    let partSize = proof == nil ? await partSize(facts, head) : nil
    let pieceSize = partSize ?? options.partSize(of: facts.size)
    let pieces = UploadPart.all(of: facts.size, partSize: pieceSize)
    let journal = PieceJournal(target.partial, version: "\(url(target.key))\n\(facts.etag)", size: facts.size, pieceSize: pieceSize)
    let kinds: Set<RunningSums.Kind> = partSize == nil ? [.crc32] : [.crc32, .md5]
    // It cannot be known which piece was changed on the way: all are fetched once more.
    for _ in 0..<2 {
      let kept = try await onThread(target) { () throws(HTTPError) in try journal.open(pieces, kinds) }
      for piece in pieces where kept[piece.number] != nil { target.progress(piece.length) }
      let sums = try await inParallel(pieces) { piece async throws(ProviderError) in
        if let sums = kept[piece.number] { return sums }
        let sums = try await self.fetch(piece, facts, target, RunningSums(kinds))
        if let crc = sums.crc { do throws(HTTPError) { try journal.note(piece, crc) } catch { throw target.failed(error) } }
        return sums
      }
      if try await isProven(proof, facts, sums, target, byParts: partSize != nil) { return facts }
      target.progress(-facts.size)
      do throws(SystemError) { try target.partial.empty() } catch {
        throw ProviderError(.invalidRequest, "cannot \(target.doing): \(error.message)", hints: error.hints)
      }
    }
    throw damaged(target.doing)
  }

  /// Brings a piece; what broke off goes on where it stood.
  private func fetch(
    _ piece: UploadPart, _ facts: ObjectFacts, _ target: DownloadTarget, _ sums: RunningSums
  ) async throws(ProviderError) -> ObjectSums {
    do throws(ProviderError) {
      try await retrying { () async throws(ProviderError) in try await self.fetchRest(piece, facts, target, sums) }
    } catch {
      target.progress(-sums.count)
      throw error
    }
    return sums.finish()
  }

  private func fetchRest(
    _ piece: UploadPart, _ facts: ObjectFacts, _ target: DownloadTarget, _ sums: RunningSums
  ) async throws(ProviderError) {
    let start = piece.offset + sums.count
    let last = piece.offset + piece.length - 1
    guard start <= last else { return }
    var call = S3Call("GET", target.key, doing: target.doing)
    call.headers["Range"] = "bytes=\(start)-\(last)"
    call.headers["If-Match"] = facts.etag
    call.expected = [404, 412]
    let response = try await open(call)
    guard response.head.status == 206 || response.head.status == 200 else {
      response.body.cancel()
      throw ProviderError(.conflict, "cannot \(target.doing): the object was replaced or deleted meanwhile", hints: ["try again"])
    }
    // A store that does not know these fields would answer with something else.
    guard response.head.status == 206, response.head.headers["ETag"] == facts.etag,
      response.head.headers["Content-Range"]?.hasPrefix("bytes \(start)-\(last)/") == true
    else {
      response.body.cancel()
      throw ProviderError(.conflict, "cannot \(target.doing): the store gave other bytes than it was asked for")
    }
    try await receive(response, target, at: start, sums)
    guard sums.count == piece.length else {
      throw nonsense(target.doing, "a piece has \(sums.count) bytes instead of \(piece.length)")
    }
  }

  private func onThread<Result: Sendable>(
    _ target: DownloadTarget, _ body: @escaping @Sendable () throws(HTTPError) -> Result
  ) async throws(ProviderError) -> Result {
    let result: Swift.Result<Result, HTTPError>
    do throws(SystemError) {
      result = try await BackgroundThread.run { Swift.Result { () throws(HTTPError) in try body() } }
    } catch {
      throw target.failed(HTTPError(.localFile, error.message, mayHaveArrived: false))
    }
    do throws(HTTPError) { return try result.get() } catch { throw target.failed(error) }
  }

  private func isProven(
    _ proof: ObjectProof?, _ facts: ObjectFacts, _ sums: [ObjectSums], _ target: DownloadTarget, byParts: Bool
  ) async throws(ProviderError) -> Bool {
    switch proof {
    case .crc32(let sum):
      var whole = CRC32()
      for piece in sums { if let crc = piece.crc { whole.append(crc) } }
      return whole.bytes == sum
    case .sha256, .md5:
      // Sums of the whole cannot be put together from those of pieces: the file is read once more.
      do throws(HTTPError) {
        let read = try await FileFingerprint.of(target.partial.file, 0, facts.size, md5: proof?.kind == .md5)
        return switch proof {
        case .sha256(let sum): read.sha256 == Hexadecimal.string(sum)
        case .md5(let sum): read.md5 == nil || read.md5 == sum
        default: true
        }
      } catch {
        throw target.failed(error)
      }
    case nil:
      guard byParts else { return true }
      let digests = sums.compactMap(\.md5)
      guard digests.count == sums.count, let sum = MD5.digest(of: digests.joined()) else { return true }
      return facts.etag == "\"\(Hexadecimal.string(sum))-\(sums.count)\""
    }
  }

  /// The size of the parts that an object's tag is the sum of; nil when the tag is none, or the store does not say.
  private func partSize(_ facts: ObjectFacts, _ head: HTTPResponseHead) async -> Int64? {
    let tag = facts.etag.filter { $0 != "\"" }.split(separator: "-")
    guard tag.count == 2, tag[0].utf8.count == 32, let count = Int64(tag[1]), count > 0,
      head.headers["x-amz-server-side-encryption"]?.hasPrefix("aws:kms") != true,
      head.headers["x-amz-server-side-encryption-customer-algorithm"] == nil
    else { return nil }
    var call = S3Call("HEAD", facts.key, doing: "look at \(url(facts.key))")
    call.query = [("partNumber", "1")]
    guard let answer = try? await send(call), let size = answer.head.headers["Content-Length"].flatMap({ Int64($0) }), size > 0,
      (facts.size + size - 1) / size == count
    else { return nil }
    return size
  }
}
