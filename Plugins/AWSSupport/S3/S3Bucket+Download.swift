import Basics
import Cryptography
import FoundationEssentials
import Glibc
import HTTPTransport
public import ProviderKit

extension S3Bucket {
  /// Brings an object into a file that appears only when it is whole and verified; in constant memory, in parallel pieces when it is large.
  /// What an interrupted download of the same version left is used.
  public func download(_ key: String, to path: String) async throws(ProviderError) -> ObjectFacts {
    try await download(key, to: path) { _ in }
  }

  /// Brings an object into a file.
  /// - Parameter progress: is told how many bytes more are there, from any thread; negative when something has to be fetched again.
  /// - Throws: code `notFound` when there is no such object. After what may pass, the pieces that came stay beside `path` for the next attempt.
  public func download(
    _ key: String, to path: String, progress: @escaping @Sendable (Int64) -> Void
  ) async throws(ProviderError) -> ObjectFacts {
    let doing = "bring \(url(key)) to \(path)"
    func failed(_ error: SystemError) -> ProviderError {
      ProviderError(.invalidRequest, "cannot \(doing): \(error.message)", hints: error.hints)
    }
    let partial: PartialFile
    do throws(SystemError) { partial = try PartialFile.beside(path) } catch { throw failed(error) }
    do throws(ProviderError) {
      let facts = try await fetch(DownloadTarget(key: key, partial: partial, doing: doing, progress: progress))
      do throws(SystemError) { try partial.finish(facts.size, as: path) } catch { throw failed(error) }
      return facts
    } catch {
      partial.abandon(keeping: error.code.isTransient || Task.isCancelled)
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
    do throws(ProviderError) {
      try await receive(response, target, at: 0, sums)
      guard sums.count == facts.size, proof.map({ sums.finish().agree(with: $0) }) ?? true else { throw damaged(call.doing) }
    } catch {
      // The next attempt begins anew.
      target.progress(-sums.count)
      throw error
    }
    return .whole(facts)
  }

  /// Writes a body into the file, from `offset` on. What came before a failure is in the file, in the sums, and was told.
  func receive(_ response: HTTPResponse, _ target: DownloadTarget, at offset: Int64, _ sums: RunningSums) async throws(ProviderError) {
    do throws(HTTPError) {
      _ = try await response.body.write(to: target.partial.file, at: offset) { bytes in
        sums.update(bytes)
        target.progress(Int64(bytes.count))
      }
    } catch {
      if error.kind == .localFile { throw target.failed(error) }
      throw ProviderError(error, doing: target.doing, isMutation: false)
    }
  }
}

/// Where an object goes.
struct DownloadTarget: Sendable {
  let key: String
  let partial: PartialFile
  let doing: String
  let progress: @Sendable (Int64) -> Void

  /// The disk does not do what it should.
  func failed(_ error: HTTPError) -> ProviderError {
    ProviderError(.invalidRequest, "cannot \(doing): \(error.message)", hints: error.hints)
  }
}
