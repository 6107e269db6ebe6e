import HTTPTransport
import ProviderKit
import XML

/// An upload that somebody began and did not finish.
struct UnfinishedUpload: Sendable {
  let id: String
  /// Of the parts that are there, by number. Their bytes are compared before one is believed.
  let etags: [Int: String]
}

extension S3Bucket {
  /// The last upload to a key that was begun and not finished; nil when there is none, or when we may not ask.
  func unfinishedUpload(_ key: String) async -> UnfinishedUpload? {
    var call = S3Call("GET", nil, doing: "look for unfinished uploads to \(url(key))")
    call.query = [("uploads", nil), ("prefix", key)]
    guard let answer = try? await send(call), let root = try? parse(answer.body, call.doing) else { return nil }
    let uploads = root.all("Upload").filter { $0.text("Key") == key }
    guard let id = uploads.max(by: { ($0.text("Initiated") ?? "") < ($1.text("Initiated") ?? "") })?.text("UploadId") else { return nil }
    guard let etags = try? await partsPresent(key, id) else { return nil }
    return UnfinishedUpload(id: id, etags: etags)
  }

  private func partsPresent(_ key: String, _ id: String) async throws(ProviderError) -> [Int: String] {
    var etags: [Int: String] = [:]
    var marker: String?
    repeat {
      var call = S3Call("GET", key, doing: "look at an unfinished upload to \(url(key))")
      call.query = [("uploadId", id)]
      if let marker { call.query.append(("part-number-marker", marker)) }
      let root = try parse(try await send(call).body, call.doing)
      for part in root.all("Part") {
        if let number = part.text("PartNumber").flatMap({ Int($0) }), let etag = part.text("ETag") { etags[number] = etag }
      }
      marker = root.text("IsTruncated") == "true" ? root.text("NextPartNumberMarker") : nil
    } while marker != nil
    return etags
  }

  /// Runs `body` for every element, some at a time, and gives the results in order. The first failure ends the rest.
  func inParallel<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ body: @escaping @Sendable (Element) async throws(ProviderError) -> Result
  ) async throws(ProviderError) -> [Result] {
    typealias Outcome = (index: Int, result: Swift.Result<Result, ProviderError>)
    let outcome: Swift.Result<[Result], ProviderError> = await withTaskGroup(of: Outcome.self) { group in
      var next = 0
      func begin() {
        guard next < elements.count else { return }
        let index = next
        let element = elements[index]
        next += 1
        group.addTask {
          do throws(ProviderError) { return (index, .success(try await body(element))) } catch { return (index, .failure(error)) }
        }
      }
      for _ in 0..<options.parallelParts { begin() }
      var results: [Int: Result] = [:]
      var failure: ProviderError?
      for await (index, result) in group {
        switch result {
        case .success(let value): results[index] = value
        case .failure(let error): if failure == nil { failure = error }
        }
        if failure == nil { begin() } else { group.cancelAll() }
      }
      return failure.map { .failure($0) } ?? .success(elements.indices.compactMap { results[$0] })
    }
    return try outcome.get()
  }
}
