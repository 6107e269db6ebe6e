import Basics
import FoundationEssentials
import HTTPTransport
import Testing

@testable import AWSSupport

@Suite("Signatures, by the public suite of vectors")
struct SigningTests {
  static let cases = (try? Files.names(in: Vectors.path("sigv4")))?.filter { Files.isFolder(Vectors.path("sigv4/\($0)")) } ?? []

  @Test("there is a suite")
  func suite() { #expect(Self.cases.count >= 28) }

  @Test("in the header", arguments: cases)
  func header(_ name: String) throws {
    let vector = try SigningVector(name)
    let signer = vector.signer
    var input = vector.request
    if vector.saysHash { input.headers.add("X-Amz-Content-Sha256", vector.payload.text) }
    let request = signer.signed(input, vector.payload, by: vector.credentials, at: vector.date)
    #expect(request.headers["Authorization"]?.hasSuffix("Signature=" + (try vector.text("header-signature.txt"))) == true)
    var unsigned = request
    unsigned.headers["Authorization"] = nil
    if !signer.signsToken { unsigned.headers["X-Amz-Security-Token"] = nil }
    let canonical = signer.canonical(unsigned, CanonicalQuery(unsigned.target).text, vector.payload)
    #expect(String(decoding: canonical.bytes, as: UTF8.self) == (try vector.text("header-canonical-request.txt")))
    let time = SigningTime(vector.date)
    #expect(signer.stringToSign(canonical, time, signer.scope(time)) == (try vector.text("header-string-to-sign.txt")))
  }

  @Test("in the query", arguments: cases)
  func query(_ name: String) throws {
    let vector = try SigningVector(name)
    let target = vector.signer.presignedTarget(
      vector.request, vector.payload, by: vector.credentials, at: vector.date, seconds: vector.seconds)
    #expect(target.hasSuffix("&X-Amz-Signature=" + (try vector.text("query-signature.txt"))))
  }

  @Test("signing again replaces the first signature")
  func again() throws {
    let vector = try SigningVector("get-vanilla-with-session-token")
    let once = vector.signer.signed(vector.request, vector.payload, by: vector.credentials, at: vector.date)
    let twice = vector.signer.signed(once, vector.payload, by: vector.credentials, at: vector.date)
    #expect(once.headers.values(of: "authorization") == twice.headers.values(of: "authorization"))
  }

  @Test("neither the signer, nor its keys, nor a signed request shows a secret")
  func secrecy() throws {
    let vector = try SigningVector("get-vanilla-with-session-token")
    let request = vector.signer.signed(vector.request, vector.payload, by: vector.credentials, at: vector.date)
    var shown = "\(vector.signer)\(vector.credentials)\(request)"
    dump(vector.signer, to: &shown)
    dump(vector.credentials, to: &shown)
    dump(request, to: &shown)
    #expect(!shown.contains("wJalrXUtnFEMI"))
    #expect(!shown.contains("6e86291e"))
    #expect(!shown.contains("07ec1639"))
  }

  @Test("a path of S3 is signed as it is sent")
  func objectKeys() throws {
    let signer = RequestSigner(region: "eu-west-2", service: "s3")
    let request = HTTPRequest("GET", .https(host: "example.com", port: 443), "/a/../b//c%20d")
    let text = String(decoding: signer.canonical(request, "", .unsigned).bytes, as: UTF8.self)
    #expect(text.hasPrefix("GET\n/a/../b//c%20d\n\nhost:example.com\n"))
  }

  @Test("the time of a signature is cut, not rounded")
  func time() { #expect(SigningTime(Date(timeIntervalSince1970: 1_440_938_160.9)).text == "20150830T123600Z") }
}
