import Basics
import Cryptography
import FoundationEssentials
import HTTPTransport
public import ProviderKit
import XML

extension S3Bucket {
  /// One page of at most 1,000 objects, by key.
  public func list(prefix: String, after: String?, page: PageToken?) async throws(ProviderError) -> ObjectPage {
    var call = S3Call("GET", nil, doing: "list \(url(prefix))")
    // Keys may hold what XML cannot say: they are asked for percent-encoded.
    call.query = [("list-type", "2"), ("encoding-type", "url"), ("prefix", prefix)]
    if let page { call.query.append(("continuation-token", page.value)) } else if let after { call.query.append(("start-after", after)) }
    let answer = try await send(call)
    let root = try parse(answer.body, call.doing)
    let isEncoded = root.text("EncodingType") == "url"
    var objects: [ObjectFacts] = []
    for node in root.children where node.name == "Contents" {
      guard let key = node.text("Key"), let size = node.text("Size").flatMap({ Int64($0) }) else {
        throw nonsense(call.doing, "an object has no key or no size")
      }
      objects.append(
        ObjectFacts(
          key: isEncoded ? Self.decoded(key) : key, size: size, etag: node.text("ETag") ?? "",
          modifiedAt: node.text("LastModified").flatMap(Timestamp.parse)))
    }
    guard root.text("IsTruncated") == "true" else { return ObjectPage(objects) }
    guard let next = root.text("NextContinuationToken") else { throw nonsense(call.doing, "more is said to follow, and not where") }
    return ObjectPage(objects, next: PageToken(next))
  }

  /// Deletes objects, 1,000 with a request; one that is not there is no error.
  public func delete(_ keys: [String]) async throws(ProviderError) {
    var rest = keys[...]
    while !rest.isEmpty {
      try await deleteSome(Array(rest.prefix(1_000)))
      rest = rest.dropFirst(1_000)
    }
  }

  private func deleteSome(_ keys: [String]) async throws(ProviderError) {
    // One alone needs no list, and a key that XML cannot hold has no place in one.
    let (listed, odd) = keys.count == 1 ? ([], keys) : (keys.filter(Self.fitsXML), keys.filter { !Self.fitsXML($0) })
    for key in odd {
      var call = S3Call("DELETE", key, doing: "delete \(url(key))")
      call.isMutation = true
      call.expected = [404]
      let answer = try await send(call)
      if answer.head.status == 404 { let _: Never? = try absence(answer, call) }
    }
    guard !listed.isEmpty else { return }
    var call = S3Call("POST", nil, doing: "delete \(listed.count) objects of s3://\(name)")
    call.isMutation = true
    call.query = [("delete", nil)]
    let objects = listed.map { "<Object><Key>\(Self.escaped($0))</Key></Object>" }.joined()
    let body = Array("<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet>\(objects)</Delete>".utf8)
    call.body = S3Body(body, checksum: options.checksums == .whenSupported)
    call.headers["Content-Type"] = "application/xml"
    if let digest = MD5.digest(of: body) { call.headers["Content-MD5"] = Data(digest).base64EncodedString() }
    let answer = try await send(call)
    let root = try parse(answer.body, call.doing)
    let failed = root.all("Error").filter { $0.text("Code") != "NoSuchKey" }
    guard let first = failed.first else { return }
    let refusal = AWSErrorAnswer(
      code: first.text("Code"), message: first.text("Message"), requestID: answer.head.headers["x-amz-request-id"], status: 200)
    throw ProviderError(
      refusal, doing: "delete \(failed.count) of \(listed.count) objects, the first of them \(url(first.text("Key") ?? ""))",
      isMutation: true)
  }

  func parse(_ body: [UInt8], _ doing: String, changed: Bool = false) throws(ProviderError) -> XMLNode {
    do throws(XMLFault) { return try XMLNode.parse(body) } catch {
      throw nonsense(doing, "the answer is no XML: \(error.message)", changed: changed)
    }
  }

  /// A `+` is a blank: listings are encoded as forms are.
  static func decoded(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return text }
    return CanonicalQuery.decoded(Substring(text.replacing("+", with: " ")))
  }

  /// XML 1.0 has no place for most control characters, escaped or not; and carriage returns are changed by readers.
  private static func fitsXML(_ key: String) -> Bool {
    !key.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0xFFFE || $0.value == 0xFFFF }
  }

  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
