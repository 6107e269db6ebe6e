import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI

/// What an address is good for.
enum PresignMethod: String, ArgumentChoice {
  case get, put, post

  var verb: StorageVerb {
    switch self {
    case .get: .get
    case .put: .put
    case .post: .post
    }
  }
}

/// `runpilot storage presign`.
struct StoragePresign: Command {
  static let name = "presign"
  static let summary = "Make an address by which others can read or write one object for a while"
  static let discussion =
    "Whoever has the address needs nothing else: treat it as a secret. It ends early when the credentials behind it do."
  static let examples = [
    Example("runpilot storage presign s3://bucket/model.pt --expires 2h", "To read"),
    Example("curl -T data.csv \"$(runpilot storage presign s3://bucket/data.csv --method put)\"", "To write"),
    Example("runpilot storage presign s3://bucket/in --method post --max-size 100MB --json", "A form for a browser"),
  ]
  static let fields: [Field<Self>] =
    [
      .argument("address", \.address, "The object, such as s3://bucket/key"),
      .option("method", \.method, "What it is good for"),
      .option("expires", \.expires, "For how long: up to 7d", value: "time"),
      .option("max-size", \.maximum, "The most that a form may send", value: "size"),
    ] + StorageOptions.fields.within(\.options) + OutputOptions.jsonOnly.within(\.output)

  var address = StorageURL(bucket: "", key: "")
  var method = PresignMethod.get
  var expires: Span?
  var maximum = Size(5 << 30)
  var options = StorageOptions()
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let grant = try await world.storage(options.store).grant(
      address, method.verb, lifetime: expires?.duration ?? .seconds(3_600), maximumBytes: maximum.bytes)
    try world.emit(StorageGrantReport(grant: grant), output)
    return .ok
  }
}

/// An address for others.
struct StorageGrantReport: Report {
  static let kind = "storage-grant"
  let grant: StorageGrant
  var ids: [String] { [grant.url] }

  func text(_ page: Page) -> String {
    grant.url + "\n" + grant.fields.sorted { $0.key < $1.key }.map { "\($0.key)=\(Printable.line($0.value))\n" }.joined()
  }

  private enum CodingKeys: CodingKey { case url, fields, until }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(grant.url, forKey: .url)
    try container.encode(grant.fields, forKey: .fields)
    try container.encode(grant.until, forKey: .until)
  }
}
