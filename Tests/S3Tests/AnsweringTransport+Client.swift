import FoundationEssentials
import HTTPTransport
import ProviderKit
import Retrying
import RunPilotTesting
import Synchronization

@testable import AWSSupport

extension AnsweringTransport {
  /// A client that asks it.
  func client(region: String, _ options: S3Options = S3Options()) throws -> S3Client {
    let keeper = CredentialKeeper(now: { Date() }) {
      .success(.init(AWSCredentials(accessKeyID: "AKIA", secretAccessKey: "s"), source: "test"))
    }
    return S3Client(
      endpoint: try AWSEndpoint.standard(.s3, region: region), credentials: keeper, transport: self,
      retry: Retry(RetryPolicy(base: .milliseconds(1)), budgets: RetryBudgets()), options: options, now: { Date() })
  }
}

/// Answers that are given one after the other.
final class Answers: Sendable {
  private let rest: Mutex<[String]>
  init(_ answers: [String]) { rest = Mutex(answers) }
  func next() -> String { rest.withLock { $0.isEmpty ? "" : $0.removeFirst() } }
  var left: Int { rest.withLock { $0.count } }
}
