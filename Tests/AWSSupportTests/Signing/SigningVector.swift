import Basics
import FoundationEssentials
import HTTPTransport

@testable import AWSSupport

/// One case of the suite: a request as text, who signs, and what must come out.
struct SigningVector {
  let request: HTTPRequest
  let credentials: AWSCredentials
  let signer: RequestSigner
  let payload: PayloadHash
  let date: Date
  let seconds: Int
  /// Whether a field names the hash of the body.
  let saysHash: Bool
  private let folder: String

  init(_ name: String) throws {
    folder = "sigv4/\(name)/"
    let context = try Vectors.json(folder + "context.json")
    func setting(_ name: String) -> String { context[name]?.stringValue ?? "" }
    let keys = context["credentials"]
    credentials = AWSCredentials(
      accessKeyID: keys?["access_key_id"]?.stringValue ?? "", secretAccessKey: keys?["secret_access_key"]?.stringValue ?? "",
      sessionToken: keys?["token"]?.stringValue)
    signer = RequestSigner(
      region: setting("region"), service: setting("service"), paths: .encodedAgain(withoutDots: context["normalize"] == .bool(true)),
      signsToken: context["omit_session_token"] != .bool(true))
    date = Timestamp.parse(setting("timestamp")) ?? .distantPast
    seconds = Int(context["expiration_in_seconds"]?.intValue ?? 0)
    saysHash = context["sign_body"] == .bool(true)
    let (request, body) = Self.parse(try String(decoding: Vectors.read(folder + "request.txt"), as: UTF8.self))
    payload = .of(body.utf8)
    self.request = request
  }

  func text(_ file: String) throws -> String {
    String(decoding: try Vectors.read(folder + file), as: UTF8.self).trimmingSuffix { $0.isNewline }
  }

  /// A request line, fields that may go on in the next line, an empty line, the body.
  private static func parse(_ text: String) -> (HTTPRequest, body: String) {
    let parts = text.split(separator: "\n\n", maxSplits: 1, omittingEmptySubsequences: false)
    let lines = parts[0].split(separator: "\n")
    var fields: [(String, String)] = []
    for line in lines.dropFirst() {
      if line.hasPrefix(" "), let last = fields.indices.last {
        fields[last].1 += "\n" + line
      } else if let colon = line.firstIndex(of: ":") {
        fields.append((String(line[..<colon]), String(line[line.index(after: colon)...])))
      }
    }
    let host = fields.first { $0.0.lowercased() == "host" }?.1.trimmed() ?? ""
    let first = lines[0]
    let method = first.prefix { $0 != " " }
    let target = first.dropFirst(method.count + 1).dropLast(" HTTP/1.1".count)
    var request = HTTPRequest(String(method), .https(host: host, port: 443), String(target))
    for (name, value) in fields where name.lowercased() != "host" { request.headers.add(name, value) }
    return (request, parts.count > 1 ? String(parts[1]) : "")
  }
}

extension String {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
    String(self[..<(lastIndex { !predicate($0) }.map(index(after:)) ?? startIndex)])
  }
}
