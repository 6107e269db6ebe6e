import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI

/// `runpilot storage list`.
struct StorageList: Command {
  static let name = "list"
  static let aliases = ["ls"]
  static let summary = "List objects"
  static let discussion = "Everything whose address begins with what is given, in the order of keys."
  static let examples = [
    Example("runpilot storage list s3://bucket/models/", "Below a prefix"),
    Example("runpilot storage list s3://bucket --limit 100000 -q", "Every address, one a line"),
  ]
  static let fields: [Field<Self>] =
    [
      .argument("address", \.address, "The beginning of addresses, such as s3://bucket/models/"),
      .option("limit", \.limit, "At most so many", value: "n"),
      .option("after", \.after, "Only keys after this one: the next page", value: "key"),
    ] + StorageOptions.fields.within(\.options) + OutputOptions.fields.within(\.output)

  var address = StorageURL(bucket: "", key: "")
  var limit = Count(1_000)
  var after: String?
  var options = StorageOptions()
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let listing = try await world.storage(options.store).list(address, after: after, limit: max(1, limit.number))
    try world.emit(StorageListReport(listing: listing), output)
    if let next = listing.next, !output.json {
      world.errors.say("note: there are more: add `--after \(Printable.line(next))`, or a larger --limit")
    }
    return .ok
  }
}

/// Objects of a bucket.
struct StorageListReport: Report {
  static let kind = "storage-list"
  let listing: StorageListing

  var ids: [String] { listing.entries.map { Printable.line($0.url.description) } }

  func text(_ page: Page) -> String {
    if listing.entries.isEmpty { return "no objects\n" }
    let columns: [Table.Column] = [.init("WRITTEN"), .init("SIZE", alignsRight: true), .init("ADDRESS")]
    let rows = listing.entries.map { entry -> [Cell] in
      [
        Cell(entry.modifiedAt.map { page.world.times.stamp($0) } ?? "-"), Cell("\(ByteSize(bytes: entry.bytes))"),
        Cell(entry.url.description),
      ]
    }
    return Table(columns, rows: rows).text(page.terminal)
  }

  private enum CodingKeys: CodingKey { case objects, next }

  private struct Entry: Encodable {
    let address: String
    let bytes: Int64
    let modified_at: Date?
    let etag: String
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(
      listing.entries.map { Entry(address: $0.url.description, bytes: $0.bytes, modified_at: $0.modifiedAt, etag: $0.etag) },
      forKey: .objects)
    try container.encode(listing.next, forKey: .next)
  }
}
