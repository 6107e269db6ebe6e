import Basics
import RunPilotTesting
import Testing

@Suite("The S3 server of the tests, and the network in front of it")
struct S3EngineTests {
  private let engine: S3Engine
  private let bucket: String
  private let full: SignedCurl
  /// For a plain upload: curl 7.88 would sign the hash of nothing.
  private let unsigned = ["--header", "x-amz-content-sha256: UNSIGNED-PAYLOAD"]

  init() async throws {
    engine = try TestEngines.s3
    bucket = engine.bucketName()
    full = SignedCurl(service: "s3", endpoint: engine.endpoint, accessKey: engine.accessKey, secretKey: engine.secretKey)
    #expect(try await full("PUT", "/\(bucket)").status == 200)
  }

  private func put(_ key: String, _ text: String, by client: SignedCurl) async throws -> SignedCurl.Answer {
    try await client("PUT", "/\(bucket)/\(key)", unsigned + ["--data-binary", text])
  }

  private var faulty: SignedCurl {
    SignedCurl(service: "s3", endpoint: engine.faultyEndpoint, accessKey: engine.accessKey, secretKey: engine.secretKey)
  }

  @Test("a wrong secret and an unknown key are refused")
  func signatures() async throws {
    let wrong = SignedCurl(service: "s3", endpoint: engine.endpoint, accessKey: engine.accessKey, secretKey: "wrong")
    let refused = try await wrong("GET", "/\(bucket)")
    #expect(refused.status == 403)
    #expect(refused.body.contains("SignatureDoesNotMatch"))
    let unknown = SignedCurl(service: "s3", endpoint: engine.endpoint, accessKey: "AKIANOBODY", secretKey: "wrong")
    #expect(try await unknown("GET", "/\(bucket)").body.contains("InvalidAccessKeyId"))
  }

  @Test("the reader may read, and not write")
  func reader() async throws {
    let reader = SignedCurl(
      service: "s3", endpoint: engine.endpoint, accessKey: engine.readerAccessKey, secretKey: engine.readerSecretKey)
    #expect(try await put("key", "text", by: full).status == 200)
    #expect(try await reader("GET", "/\(bucket)/key").body == "text")
    let refused = try await put("key", "other", by: reader)
    #expect(refused.status == 403)
    #expect(refused.body.contains("AccessDenied"))
    #expect(try await full("GET", "/\(bucket)/key").body == "text")
  }

  @Test("a storm of 503 passes, and nothing of it reached the server")
  func storm() async throws {
    let rule = try await engine.faults.add(.answer(status: 503), method: "PUT", path: "/\(bucket)/storm", times: 2)
    for _ in 1...2 {
      let refused = try await put("storm", "text", by: faulty)
      #expect(refused.status == 503)
      #expect(refused.body.contains("SlowDown"))
    }
    #expect(try await full("GET", "/\(bucket)/storm").status == 404)
    #expect(try await put("storm", "text", by: faulty).status == 200)
    #expect(try await engine.faults.hits(rule) == 2)
    #expect(try await engine.faults.log(path: "/\(bucket)/storm").map(\.status) == [503, 503, 200])
  }

  @Test("an answer that is lost, and a request that is lost, look the same to the sender and are not")
  func lost() async throws {
    try await engine.faults.add(.drop, path: "/\(bucket)/before")
    try await engine.faults.add(.dropAnswer, path: "/\(bucket)/after")
    for key in ["before", "after"] {
      let broken = try await put(key, "text", by: faulty)
      #expect(broken.status == 0)
      #expect([52, 56].contains(broken.curlCode))
    }
    #expect(try await full("GET", "/\(bucket)/before").status == 404)
    #expect(try await full("GET", "/\(bucket)/after").body == "text")
  }

  @Test("a body that breaks off, one that is changed, and one that is cut on its way up")
  func bodies() async throws {
    #expect(try await put("body", "0123456789", by: full).status == 200)
    try await engine.faults.add(.truncate(bytes: 4), path: "/\(bucket)/body")
    let short = try await faulty("GET", "/\(bucket)/body")
    #expect(short.body == "0123")
    #expect(short.curlCode == 18)
    try await engine.faults.add(.corrupt, path: "/\(bucket)/body")
    #expect(try await faulty("GET", "/\(bucket)/body").body == "1123456789")
    try await engine.faults.add(.dropUpload(after: 5), path: "/\(bucket)/cut")
    #expect(try await put("cut", "0123456789", by: faulty).status == 0)
    #expect(try await full("GET", "/\(bucket)/cut").status == 404)
  }
}
