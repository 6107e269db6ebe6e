import Cryptography
import FoundationEssentials
import HTTPTransport
import ProviderKit

extension S3Bucket {
  /// Brings a large object in parallel pieces, all of the same version.
  func fetchPieces(_ facts: ObjectFacts, _ head: HTTPResponseHead, _ target: DownloadTarget) async throws(ProviderError) -> ObjectFacts {
    let proof = ObjectProof(head)
    let partSize = proof == nil ? await partSize(facts, head) : nil
    let kinds: Set<RunningSums.Kind> = proof?.kind == .crc32 ? [.crc32] : partSize != nil ? [.md5] : []
    let pieces = UploadPart.all(of: facts.size, partSize: partSize ?? options.partSize(of: facts.size))
    let sums = try await inParallel(pieces) { piece async throws(ProviderError) in
      try await self.retrying { () async throws(ProviderError) in try await self.fetch(piece, facts, target, kinds) }
    }
    guard try await isProven(proof, facts, sums, target, byParts: partSize != nil) else {
      target.progress(-facts.size)
      throw damaged(target.doing)
    }
    return facts
  }

  private func fetch(
    _ piece: UploadPart, _ facts: ObjectFacts, _ target: DownloadTarget, _ kinds: Set<RunningSums.Kind>
  ) async throws(ProviderError) -> ObjectSums {
    var call = S3Call("GET", target.key, doing: target.doing)
    call.headers["Range"] = "bytes=\(piece.offset)-\(piece.offset + piece.length - 1)"
    call.headers["If-Match"] = facts.etag
    call.expected = [412]
    let response = try await open(call)
    guard response.head.status != 412 else {
      throw ProviderError(.conflict, "cannot \(target.doing): the object was replaced meanwhile", hints: ["try again"])
    }
    guard response.head.status == 206 else { throw nonsense(target.doing, "the store does not give pieces of objects") }
    let sums = RunningSums(kinds)
    let count = try await receive(response, target, at: piece.offset, sums)
    guard count == piece.length else {
      target.progress(-count)
      throw nonsense(target.doing, "a piece has \(count) bytes instead of \(piece.length)")
    }
    return sums.finish()
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
        let read = try await FileFingerprint.of(target.file, 0, facts.size, md5: proof?.kind == .md5)
        return switch proof {
        case .sha256(let sum): read.sha256 == Hexadecimal.string(sum)
        case .md5(let sum): read.md5 == nil || read.md5 == sum
        default: true
        }
      } catch {
        throw ProviderError(.invalidRequest, "cannot \(target.doing): \(error.message)", hints: error.hints)
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
