import Basics
import Cryptography
import FoundationEssentials
import HTTPTransport
import Testing

@testable import AWSSupport

@Suite("Signature Version 4")
struct SigV4Tests {
  /// One case of the public suite (aws-c-auth, see Vectors/sigv4/NOTICE).
  struct Case {
    var request: HTTPRequest
    var context: [String: JSONValue]
    let folder: String

    init(_ name: String) throws {
      folder = Vectors.path("sigv4/" + name)
      context = try JSON.decode([String: JSONValue].self, from: try Files.read(folder + "/context.json"))
      let text = try Files.readText(folder + "/request.txt").replacing("\r\n", with: "\n")
      let parts = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let lines = parts[0].split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let method = String(lines[0].prefix { $0 != " " })
      let target = lines[0].dropFirst(method.count + 1).dropLast(" HTTP/1.1".count)
      request = HTTPRequest(method, .https(host: "example.amazonaws.com", port: 443), String(target))
      var name = ""
      for line in lines.dropFirst() {
        if line.hasPrefix(" ") {
          let last = request.headers.values(of: name)
          request.headers[name] = nil
          for value in last.dropLast() { request.headers.add(name, value) }
          request.headers.add(name, (last.last ?? "") + " " + line)
        } else {
          let pair = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
          name = pair[0]
          if pair.count > 1 { request.headers.add(name, pair[1]) }
        }
      }
      if parts.count > 1, !parts[1].isEmpty { request.body = .bytes(Array(parts[1].utf8)) }
    }

    func text(_ file: String) throws -> String { try Files.readText(folder + "/" + file).replacing("\r\n", with: "\n") }
    var signer: SigV4 {
      SigV4(
        region: context["region"]?.stringValue ?? "", service: context["service"]?.stringValue ?? "",
        normalisesPath: context["normalize"] == .bool(true))
    }
    var credentials: AWSCredentials {
      let keys = context["credentials"]?.objectValue ?? [:]
      return AWSCredentials(
        accessKeyID: keys["access_key_id"]?.stringValue ?? "", secretAccessKey: keys["secret_access_key"]?.stringValue ?? "",
        sessionToken: keys["token"]?.stringValue)
    }
    var date: Date { context["timestamp"]?.stringValue.flatMap { Timestamp.parse($0) } ?? .distantPast }
    var bodyDigest: String {
      if case .bytes(let bytes) = request.body { return SHA256.hexDigest(of: bytes) }
      return SHA256.hexDigest(of: [])
    }
  }

  static let names = Set(
    ((try? Files.tree(Vectors.path("sigv4"))) ?? []).compactMap { $0.path.contains("/") ? String($0.path.prefix { $0 != "/" }) : nil }
  ).sorted()

  @Test("Every case of the public suite gives its canonical request, string and signature", arguments: names)
  func header(name: String) throws {
    var vector = try Case(name)
    if vector.context["sign_body"] == .bool(true) { vector.request.headers["X-Amz-Content-SHA256"] = vector.bodyDigest }
    // Two cases sign first and add the token afterwards.
    let omits = vector.context["omit_session_token"] == .bool(true)
    var credentials = vector.credentials
    if omits { credentials.sessionToken = nil }
    let steps = vector.signer.sign(&vector.request, .digest(vector.bodyDigest), credentials, at: vector.date)
    #expect(steps.canonicalRequest == (try vector.text("header-canonical-request.txt")))
    #expect(steps.stringToSign == (try vector.text("header-string-to-sign.txt")))
    #expect(steps.signature == (try vector.text("header-signature.txt")).trimmed())
  }

  @Test("Every case of the public suite signed in the query", arguments: names)
  func query(name: String) throws {
    var vector = try Case(name)
    vector.request.headers["X-Amz-Date"] = nil
    let omits = vector.context["omit_session_token"] == .bool(true)
    var credentials = vector.credentials
    if omits { credentials.sessionToken = nil }
    let seconds: Int64 = if case .int(let number)? = vector.context["expiration_in_seconds"] { number } else { 3_600 }
    let (_, steps) = vector.signer.presign(
      vector.request, .digest(vector.bodyDigest), lifetime: .seconds(seconds), credentials, at: vector.date)
    #expect(steps.canonicalRequest == (try vector.text("query-canonical-request.txt")))
    #expect(steps.signature == (try vector.text("query-signature.txt")).trimmed())
  }

  @Test("There are cases")
  func some() { #expect(Self.names.count >= 25) }

  @Test("No secret is in what a signer or credentials show of themselves")
  func secrets() {
    let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "hunter2-secret", sessionToken: "token-secret")
    var text = "\(credentials) \(String(reflecting: credentials))"
    dump(credentials, to: &text)
    #expect(!text.contains("hunter2") && !text.contains("token-secret"))
  }
}
