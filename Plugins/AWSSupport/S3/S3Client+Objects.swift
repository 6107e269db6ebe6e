import Basics
import Cryptography
import FoundationEssentials
import HTTPTransport
public import ProviderKit
import XML

extension S3Client: ObjectStore {
  /// An object's bytes, or a range of them; nil when there is no such object.
  public func get(_ key: String, range: Range<Int64>?) async throws(ProviderError) -> StoredObject? {
    var call = Call(method: "GET", key: key, doing: "read \(name(key))")
    call.accepted = [404, 416]
    if let range { call.headers["Range"] = "bytes=\(range.lowerBound)-\(max(range.lowerBound, range.upperBound - 1))" }
    let (head, body) = try await collect(call)
    switch head.status {
    case 404:
      try refuseMissingBucket(body, call)
      return nil
    case 416: return StoredObject(bytes: [], facts: facts(key, head))
    default: return StoredObject(bytes: body, facts: facts(key, head, size: range == nil ? Int64(body.count) : nil))
    }
  }

  /// A missing bucket is not a missing object.
  private func refuseMissingBucket(_ body: [UInt8], _ call: Call) throws(ProviderError) {
    guard (try? XMLNode.parse(body))?.text("Code") == "NoSuchBucket" else { return }
    throw ProviderError(
      .notFound, "there is no bucket '\(address.bucket)' at \(address.endpoint.origin)", vendorCode: "NoSuchBucket",
      hints: ["make it: `aws s3 mb s3://\(address.bucket)`", "or name another in providers.toml"])
  }

  /// What is known of an object without its bytes.
  public func head(_ key: String) async throws(ProviderError) -> ObjectFacts? {
    var call = Call(method: "HEAD", key: key, doing: "look at \(name(key))")
    call.accepted = [404]
    let (head, _) = try await collect(call)
    return head.status == 404 ? nil : facts(key, head)
  }

  /// Writes an object whole; the store compares the bytes with their MD5.
  public func put(_ key: String, _ bytes: [UInt8], condition: PutCondition) async throws(ProviderError) -> ObjectFacts {
    var call = Call(method: "PUT", key: key, doing: "write \(name(key))")
    call.body = .bytes(bytes)
    call.digest = SHA256.hexDigest(of: bytes)
    call.isMutation = true
    if let md5 = MD5.digest(of: bytes) { call.headers["Content-MD5"] = Data(md5).base64EncodedString() }
    switch condition {
    case .always: break
    case .ifAbsent: call.headers["If-None-Match"] = "*"
    case .ifMatches(let etag): call.headers["If-Match"] = etag
    }
    let (head, _) = try await collect(call)
    return facts(key, head, size: Int64(bytes.count))
  }

  /// One page of what begins with `prefix`, by key.
  public func list(prefix: String, after: String?, page: PageToken?) async throws(ProviderError) -> ObjectPage {
    var query = [("list-type", "2"), ("encoding-type", "url"), ("prefix", prefix)]
    if let page { query.append(("continuation-token", page.value)) } else if let after { query.append(("start-after", after)) }
    let call = Call(method: "GET", key: "", query: query, doing: "list \(name(prefix))")
    let (head, body) = try await collect(call)
    do throws(XMLFault) {
      let root = try XMLNode.parse(body)
      let time = ClockSkew.parse(head.headers["Date"])
      let objects = root.all("Contents").compactMap { item -> ObjectFacts? in
        guard let key = item.text("Key").map(Self.decoded) else { return nil }
        return ObjectFacts(
          key: key, size: item.text("Size").flatMap { Int64($0) } ?? 0, etag: item.text("ETag") ?? "",
          modifiedAt: item.text("LastModified").flatMap { Timestamp.parse($0) }, storeTime: time)
      }
      let next = root.text("IsTruncated") == "true" ? root.text("NextContinuationToken").map { PageToken($0) } : nil
      return ObjectPage(objects, next: next)
    } catch {
      throw ProviderError(.vendorFault, "cannot \(call.doing): the answer is no XML: \(error.message)")
    }
  }

  /// What `encoding-type=url` did to a key taken back.
  static func decoded(_ text: String) -> String { CanonicalForm.decoded(text.replacing("+", with: " ")) }

  /// Deletes objects, a thousand a request.
  public func delete(_ keys: [String]) async throws(ProviderError) {
    var rest = keys[...]
    while !rest.isEmpty {
      try await deleteBatch(Array(rest.prefix(1_000)))
      rest = rest.dropFirst(1_000)
    }
  }

  private func deleteBatch(_ keys: [String]) async throws(ProviderError) {
    if keys.count == 1, let key = keys.first {
      var call = Call(method: "DELETE", key: key, doing: "delete \(name(key))")
      call.isMutation = true
      call.accepted = [404]
      _ = try await collect(call)
      return
    }
    let items = keys.map { "<Object><Key>\(Self.escaped($0))</Key></Object>" }.joined()
    let bytes = Array("<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Quiet>true</Quiet>\(items)</Delete>".utf8)
    var call = Call(method: "POST", key: "", query: [("delete", "")], doing: "delete \(keys.count) objects of \(name(""))")
    call.body = .bytes(bytes)
    call.digest = SHA256.hexDigest(of: bytes)
    call.isMutation = true
    if let md5 = MD5.digest(of: bytes) { call.headers["Content-MD5"] = Data(md5).base64EncodedString() }
    let (_, body) = try await collect(call)
    if let error = (try? XMLNode.parse(body))?.all("Error").first {
      throw ProviderError(
        .forbidden, "cannot delete \(name(error.text("Key") ?? "")): \(error.text("Message") ?? error.text("Code") ?? "refused")",
        vendorCode: error.text("Code"), effect: .unknown)
    }
  }

  /// Text of an element. Control characters have no form in XML 1.0, but most stores read their number.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case _ where scalar.value < 0x20: result += "&#\(scalar.value);"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// An address that lets whoever holds it read one object for a while.
  public func presignedGet(_ key: String, lifetime: Duration) async throws(ProviderError) -> String {
    let credentials = try await keeper.found().credentials
    let address = address
    let signer = SigV4(region: address.endpoint.signingRegion, service: "s3", normalisesPath: false)
    let request = HTTPRequest("GET", address.origin, address.target(key))
    let (target, _) = signer.presign(request, lifetime: lifetime, credentials, at: skew.corrected(surroundings.now()))
    let scheme = if case .https = address.origin { "https" } else { "http" }
    return "\(scheme)://\(address.origin.hostField)\(target)"
  }
}
