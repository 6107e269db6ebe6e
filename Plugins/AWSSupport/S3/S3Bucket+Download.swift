import Basics
import Cryptography
import FoundationEssentials
import Glibc
import HTTPTransport
public import ProviderKit

extension S3Bucket {
  /// Brings an object into a file that appears only when it is whole and verified; in constant memory, in parallel pieces when it is large.
  public func download(_ key: String, to path: String) async throws(ProviderError) -> ObjectFacts {
    try await download(key, to: path) { _ in }
  }

  /// Brings an object into a file.
  /// - Parameter progress: is told how many bytes more are there, from any thread; negative when a piece has to be fetched again.
  /// - Throws: code `notFound` when there is no such object.
  public func download(
    _ key: String, to path: String, progress: @escaping @Sendable (Int64) -> Void
  ) async throws(ProviderError) -> ObjectFacts {
    let doing = "bring \(url(key)) to \(path)"
    let temporary = Paths.parent(of: path) + "/." + Paths.name(of: path) + "." + String(UInt32.random(in: 0 ... .max), radix: 36) + ".tmp"
    let file: HTTPFile
    do throws(SystemError) { file = try HTTPFile(opening: temporary, O_RDWR | O_CREAT | O_EXCL) } catch {
      throw ProviderError(.invalidRequest, "cannot \(doing): \(error.message)", hints: error.hints)
    }
    do throws(ProviderError) {
      let facts = try await fetch(DownloadTarget(key: key, file: file, doing: doing, progress: progress))
      do throws(SystemError) { try Files.rename(temporary, to: path) } catch {
        throw ProviderError(.invalidRequest, "cannot \(doing): \(error.message)", hints: error.hints)
      }
      return facts
    } catch {
      try? Files.remove(temporary)
      throw error
    }
  }

  private func fetch(_ target: DownloadTarget) async throws(ProviderError) -> ObjectFacts {
    var call = S3Call("GET", target.key, doing: target.doing)
    call.expected = [404]
    askForChecksum(&call)
    let sent = call
    let begun = try await retrying { () async throws(ProviderError) in try await self.begin(sent, target) }
    guard case .large(let facts, let head) = begun else {
      if case .whole(let facts) = begun { return facts }
      throw ProviderError(.notFound, "cannot \(target.doing): there is no such object", vendorCode: "NoSuchKey")
    }
    return try await fetchPieces(facts, head, target)
  }

  private enum Begun: Sendable {
    case absent
    case whole(ObjectFacts)
    /// Too large for one answer: nothing of it was read.
    case large(ObjectFacts, HTTPResponseHead)
  }

  private func begin(_ call: S3Call, _ target: DownloadTarget) async throws(ProviderError) -> Begun {
    let response = try await open(call)
    if response.head.status == 404 {
      let refusal = await refusal(response)
      if refusal.answer.code == "NoSuchBucket" { throw failure(refusal, call) }
      return .absent
    }
    let facts = try facts(target.key, response.head, doing: call.doing)
    if facts.size > options.partSize * 2 {
      response.body.cancel()
      return .large(facts, response.head)
    }
    let proof = ObjectProof(response.head)
    let sums = RunningSums(proof.map { [$0.kind] } ?? [])
    let count = try await receive(response, target, at: 0, sums)
    guard count == facts.size, proof.map({ sums.finish().agree(with: $0) }) ?? true else {
      target.progress(-count)
      throw damaged(call.doing)
    }
    return .whole(facts)
  }

  /// Writes a body into the file.
  /// - Returns: how many bytes.
  func receive(_ response: HTTPResponse, _ target: DownloadTarget, at offset: Int64, _ sums: RunningSums) async throws(ProviderError)
    -> Int64
  {
    let counted = Counter()
    do throws(HTTPError) {
      return try await response.body.write(to: target.file, at: offset) { bytes in
        sums.update(bytes)
        counted.add(Int64(bytes.count))
        target.progress(Int64(bytes.count))
      }
    } catch {
      target.progress(-counted.value)
      if error.kind == .localFile {
        throw ProviderError(.invalidRequest, "cannot \(target.doing): \(error.message)", hints: error.hints)
      }
      throw ProviderError(error, doing: target.doing, isMutation: false)
    }
  }
}

/// Where an object goes.
struct DownloadTarget: Sendable {
  let key: String
  let file: HTTPFile
  let doing: String
  let progress: @Sendable (Int64) -> Void
}
