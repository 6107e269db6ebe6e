import FoundationEssentials
import HTTPTransport
import ProviderKit
import Retrying
import RunPilotTesting
import Synchronization
import Testing

@testable import AWSSupport
@testable import S3Storage

/// A store that holds many objects, as far as listing and deleting go. Every tenth answer is a refusal for being asked too often.
final class ManyObjects: HTTPTransport {
  private struct State {
    var keys: [String]
    var requests = 0
    var throttled = 0
  }
  private let state: Mutex<State>

  init(_ count: Int) {
    state = Mutex(State(keys: (0..<count).map { "many/\($0 % 100)/" + String($0 + 100_000) + " ü+" }.sorted()))
  }

  var keys: [String] { state.withLock { $0.keys } }
  var requests: Int { state.withLock { $0.requests } }
  var throttled: Int { state.withLock { $0.throttled } }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let isThrottled = state.withLock { state in
      state.requests += 1
      guard state.requests % 10 == 3 else { return false }
      state.throttled += 1
      return true
    }
    if isThrottled { return Self.response(503, "<Error><Code>SlowDown</Code><Message>slower</Message></Error>") }
    var fields: [String: String] = [:]
    for pair in CanonicalQuery(request.target).text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      fields[String(parts[0])] = CanonicalQuery.decoded(parts.count > 1 ? parts[1] : "")
    }
    if fields["delete"] != nil, case .bytes(let body) = request.body { return delete(String(decoding: body, as: UTF8.self)) }
    let after = fields["continuation-token"] ?? fields["start-after"] ?? ""
    let rest = keys.filter { $0.hasPrefix(fields["prefix"] ?? "") && $0 > after }
    let page = rest.prefix(1_000)
    let objects = page.map {
      "<Contents><Key>\(PercentEncoding.encode($0, keep: "/"))</Key><Size>7</Size><ETag>&quot;x&quot;</ETag>"
        + "<LastModified>2026-11-21T10:00:00.000Z</LastModified></Contents>"
    }
    let more = rest.count > page.count ? "<NextContinuationToken>\(page.last ?? "")</NextContinuationToken>" : ""
    return Self.response(
      200,
      "<R><EncodingType>url</EncodingType><IsTruncated>\(!more.isEmpty)</IsTruncated>\(more)\(objects.joined())</R>")
  }

  private func delete(_ body: String) -> HTTPResponse {
    let gone = Set(body.matches(of: #/<Key>([^<]*)</Key>/#).map { String($0.1) })
    state.withLock { $0.keys.removeAll { gone.contains($0) } }
    return Self.response(200, gone.count > 1_000 ? "<Error><Code>MalformedXML</Code></Error>" : "<DeleteResult/>")
  }

  private static func response(_ status: Int, _ text: String) -> HTTPResponse {
    AnsweringTransport.Answer(status: status, body: text).response
  }

  /// The commands over this store.
  func storage() throws -> S3Storage {
    let keeper = CredentialKeeper(now: { Date() }) {
      .success(.init(AWSCredentials(accessKeyID: "AKIA", secretAccessKey: "s"), source: "test"))
    }
    let client = S3Client(
      endpoint: try AWSEndpoint.standard(.s3, region: "eu-west-2"), credentials: keeper, transport: self,
      retry: Retry(RetryPolicy(base: .milliseconds(1)), budgets: RetryBudgets()), now: { Date() })
    return S3Storage(client: client, now: { Date() })
  }
}
