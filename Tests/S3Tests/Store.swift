import Basics
import FoundationEssentials
import HTTPDirect
import HTTPTransport
import ProviderKit
import Retrying
import RunPilotTesting

@testable import AWSSupport

/// A bucket of a test's own on the real server.
struct Store {
  let engine: S3Engine
  let name: String
  let bucket: S3Bucket
  let folder: TemporaryFolder

  /// - Parameter faulty: through the network that lies when told.
  init(faulty: Bool = false, _ options: S3Options = S3Options(partSize: 5 << 20)) async throws {
    engine = try TestEngines.s3
    name = engine.bucketName()
    folder = try TemporaryFolder()
    bucket = try Self.client(faulty ? engine.faultyEndpoint : engine.endpoint, engine.accessKey, engine.secretKey, options).bucket(name)
    let direct = try Self.client(engine.endpoint, engine.accessKey, engine.secretKey, options).bucket(name)
    _ = try await direct.send(S3Call("PUT", nil, doing: "make a bucket"))
  }

  static func client(
    _ endpoint: String, _ key: String, _ secret: String, _ options: S3Options = S3Options(partSize: 5 << 20),
    now: @escaping @Sendable () -> Date = { Date() }
  ) throws -> S3Client {
    let keeper = CredentialKeeper(now: now) { .success(.init(AWSCredentials(accessKeyID: key, secretAccessKey: secret), source: "test")) }
    let retry = Retry(RetryPolicy(base: .milliseconds(5)), budgets: RetryBudgets())
    return S3Client(
      endpoint: try AWSEndpoint.custom(endpoint, source: "test", region: "us-east-1"), credentials: keeper,
      transport: DirectTransport(environment: [:]),
      retry: retry, options: options, now: now)
  }

  /// A file whose bytes differ at every place.
  func file(_ name: String, _ size: Int, seed: UInt64 = 1) throws -> String {
    var bytes = [UInt8](repeating: 0, count: size)
    var state = seed
    bytes.withUnsafeMutableBytes { buffer in
      for index in stride(from: 0, to: size - 7, by: 8) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        buffer.storeBytes(of: state, toByteOffset: index, as: UInt64.self)
      }
    }
    let path = folder.path + "/" + name
    try Files.writeAtomically(bytes, to: path)
    return path
  }
}

/// The error that `body` throws; nil when it throws none.
func failure(_ body: () async throws(ProviderError) -> Void) async -> ProviderError? {
  do throws(ProviderError) {
    try await body()
    return nil
  } catch {
    return error
  }
}
