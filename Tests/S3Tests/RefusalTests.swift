import Basics
import FoundationEssentials
import HTTPDirect
import HTTPTransport
import ProviderKit
import RunPilotTesting
import Testing

@testable import AWSSupport

@Suite("What a store refuses, and what is said about it")
struct RefusalTests {
  @Test("no bucket, a wrong secret, an unknown key, a right that is missing")
  func refusals() async throws {
    let engine = try TestEngines.s3
    let absent = try Store.client(engine.endpoint, engine.accessKey, engine.secretKey).bucket("no-such-bucket-here")
    let gone = await failure { () async throws(ProviderError) in _ = try await absent.get("x", range: nil) }
    #expect(gone?.code == .notFound)
    #expect(gone?.vendorCode == "NoSuchBucket")
    #expect(gone?.hints.first?.contains("no-such-bucket-here") == true)
    let wrong = try Store.client(engine.endpoint, engine.accessKey, "wrong").bucket("some")
    let secret = await failure { () async throws(ProviderError) in _ = try await wrong.put("x", [1], condition: .always) }
    #expect(secret?.code == .unauthorised)
    #expect(secret?.vendorCode == "SignatureDoesNotMatch")
    #expect(secret?.effect == ProviderError.Effect.none)
    let nobody = try Store.client(engine.endpoint, "AKIANOBODY", "wrong").bucket("some")
    let unknown = await failure { () async throws(ProviderError) in _ = try await nobody.get("x", range: nil) }
    #expect(unknown?.code == .unauthorised)
    let store = try await Store()
    let reader = try Store.client(engine.endpoint, engine.readerAccessKey, engine.readerSecretKey).bucket(store.name)
    let forbidden = await failure { () async throws(ProviderError) in _ = try await reader.put("x", [1], condition: .always) }
    #expect(forbidden?.code == .forbidden)
    #expect(forbidden?.requestID != nil)
  }

  @Test("a clock that is 20 minutes off is set right for signatures")
  func clock() async throws {
    let store = try await Store()
    for offset in [-1_200.0, 1_200] {
      let client = try Store.client(store.engine.endpoint, store.engine.accessKey, store.engine.secretKey, now: { Date() + offset })
      _ = try await client.bucket(store.name).put("x", [1], condition: .always)
    }
  }

  @Test("a name that is no bucket's is refused before anybody is asked", arguments: ["", "a", "a/b", "a..b", "ü-bucket", "a b"])
  func names(_ name: String) throws {
    let client = try Store.client("http://127.0.0.1:1", "a", "b")
    #expect(throws: ProviderError.self) { try client.bucket(name) }
  }

  @Test("a bucket in another region is asked there, once, and remembered")
  func regions() async throws {
    let transport = AnsweringTransport { request throws(HTTPError) in
      let region = request.headers["Authorization"]?.split(separator: "/").dropFirst(2).first
      guard region == "eu-west-2" else {
        let body = "<Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong</Message><Region>eu-west-2</Region></Error>"
        return AnsweringTransport.Answer(status: 400, body: body)
      }
      return AnsweringTransport.Answer(headers: ["ETag": "\"x\"", "Content-Length": "0"])
    }
    let bucket = try transport.client(region: "us-east-1").bucket("some-bucket")
    for _ in 1...2 { _ = try await bucket.head("x") }
    #expect(
      transport.requests.map(\.origin.hostField) == [
        "some-bucket.s3.us-east-1.amazonaws.com", "some-bucket.s3.eu-west-2.amazonaws.com", "some-bucket.s3.eu-west-2.amazonaws.com",
      ])
  }

  @Test("a redirect that a HEAD answers without a body names the region in its field")
  func redirects() async throws {
    let transport = AnsweringTransport { request throws(HTTPError) in
      "\(request.origin)".contains("eu-west-1")
        ? AnsweringTransport.Answer(headers: ["ETag": "\"x\"", "Content-Length": "3"])
        : AnsweringTransport.Answer(status: 301, headers: ["x-amz-bucket-region": "eu-west-1"])
    }
    let facts = try await transport.client(region: "us-east-1").bucket("some-bucket").head("x")
    #expect(facts?.size == 3)
  }

  @Test("a 200 that holds an error is no success, and is tried again")
  func lateErrors() async throws {
    let answers = Answers(["<Error><Code>InternalError</Code><Message>late</Message></Error>", "<R><ETag>\"t\"</ETag></R>"])
    let transport = AnsweringTransport { request throws(HTTPError) in
      if request.target.contains("uploads") { return AnsweringTransport.Answer(body: "<R><UploadId>u</UploadId></R>") }
      if request.method == "PUT" { return AnsweringTransport.Answer(headers: ["ETag": "\"p\""]) }
      return AnsweringTransport.Answer(body: answers.next())
    }
    let folder = try TemporaryFolder()
    try Files.writeAtomically([UInt8](repeating: 7, count: 6 << 20), to: folder.path + "/f")
    let bucket = try transport.client(region: "us-east-1", S3Options(partSize: 5 << 20)).bucket("some-bucket")
    #expect(try await bucket.upload(file: folder.path + "/f", to: "k").etag == "\"t\"")
    #expect(answers.left == 0)
  }

  @Test("where the bucket stands in an address")
  func addresses() throws {
    let aws = try AWSEndpoint.standard(.s3, region: "eu-west-2")
    let own = try AWSEndpoint.custom("http://minio:9000/base", source: "test", region: "x")
    func text(_ bucket: String, _ endpoint: AWSEndpoint, _ addressing: S3Options.Addressing) -> String {
      let address = S3Address(bucket: bucket, endpoint: endpoint, addressing: addressing)
      return "\(address.origin)\(address.path("k/ü"))"
    }
    #expect(text("plain", aws, .automatic) == "https://plain.s3.eu-west-2.amazonaws.com:443/k/%C3%BC")
    #expect(text("with.dots", aws, .automatic) == "https://s3.eu-west-2.amazonaws.com:443/with.dots/k/%C3%BC")
    #expect(text("Capital", aws, .automatic) == "https://s3.eu-west-2.amazonaws.com:443/Capital/k/%C3%BC")
    #expect(text("plain", aws, .path) == "https://s3.eu-west-2.amazonaws.com:443/plain/k/%C3%BC")
    #expect(text("plain", own, .automatic) == "http://minio:9000/base/plain/k/%C3%BC")
    #expect(text("plain", own, .virtualHost) == "http://plain.minio:9000/base/k/%C3%BC")
  }
}
