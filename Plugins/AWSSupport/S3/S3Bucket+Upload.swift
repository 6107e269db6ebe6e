import Basics
import Cryptography
import HTTPTransport
public import ProviderKit

extension S3Bucket {
  /// Sends a file in constant memory, in parallel parts when it is large; verified end to end. What an interrupted upload of the same file left is used.
  public func upload(file path: String, to key: String) async throws(ProviderError) -> ObjectFacts {
    try await upload(file: path, to: key) { _ in }
  }

  /// Sends a file.
  /// - Parameter progress: is told how many bytes more the store has, from any thread.
  /// - Throws: code `conflict` when the file changed meanwhile; then nothing was stored.
  public func upload(
    file path: String, to key: String, progress: @escaping @Sendable (Int64) -> Void
  ) async throws(ProviderError) -> ObjectFacts {
    let doing = "send \(path) to \(url(key))"
    let file: HTTPFile
    do throws(SystemError) { file = try HTTPFile(opening: path) } catch {
      throw ProviderError(.invalidRequest, "cannot \(doing): \(error.message)", hints: error.hints)
    }
    guard let stamp = FileStamp(path) else { throw ProviderError(.notFound, "cannot \(doing): it is gone") }
    let source = UploadSource(file: file, path: path, stamp: stamp, key: key, doing: doing)
    if stamp.size > options.partSize { return try await sendParts(source, progress) }
    let facts = try await sendWhole(source)
    progress(stamp.size)
    return facts
  }

  private func sendWhole(_ source: UploadSource) async throws(ProviderError) -> ObjectFacts {
    var call = S3Call("PUT", source.key, doing: source.doing)
    call.isMutation = true
    call.body = try await body(source, 0, source.stamp.size).body
    do throws(ProviderError) {
      let answer = try await send(call)
      try source.check(effect: .applied)
      return try facts(source.key, answer.head, size: source.stamp.size, doing: source.doing)
    } catch {
      // The store says that the sums differ; the reason is the file.
      try source.check(effect: error.effect)
      throw error
    }
  }

  /// A piece of a file as a body, with its sums.
  func body(_ source: UploadSource, _ offset: Int64, _ length: Int64, md5: Bool = false) async throws(ProviderError) -> (
    body: S3Body, md5: [UInt8]?
  ) {
    do throws(HTTPError) {
      let sums = try await FileFingerprint.of(source.file, offset, length, md5: md5)
      var body = S3Body()
      body.content = length == 0 ? .none : .file(source.file, offset: offset, length: length)
      body.sha256 = sums.sha256
      body.crc = options.checksums == .whenSupported ? sums.crc : nil
      return (body, sums.md5)
    } catch {
      try source.check(effect: .none)
      throw ProviderError(.invalidRequest, "cannot \(source.doing): \(error.message)", hints: error.hints)
    }
  }
}

/// A file on its way up.
struct UploadSource: Sendable {
  let file: HTTPFile
  let path: String
  let stamp: FileStamp
  let key: String
  let doing: String

  /// - Throws: when the file is another than it was.
  func check(effect: ProviderError.Effect) throws(ProviderError) {
    guard FileStamp(path) != stamp else { return }
    throw ProviderError(
      .conflict, "cannot \(doing): the file changed while it was sent", effect: effect, hints: ["send it again when nothing writes to it"])
  }
}
