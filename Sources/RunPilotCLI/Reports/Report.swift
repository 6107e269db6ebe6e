import Basics
import CommandLineKit
import FoundationEssentials
import TerminalUI

/// A command's result: one value that can be shown as text, as JSON or as bare ids.
protocol Report: Encodable {
  /// The middle of the envelope's schema: `runpilot/<kind>/v1`.
  static var kind: String { get }
  /// What `-q` prints, a line each.
  var ids: [String] { get }
  /// What people read, with a line feed at its end.
  func text(_ page: Page) -> String
}

/// What text is laid out for.
struct Page {
  let terminal: TerminalFacts
  let world: World

  var painter: Painter { Painter(terminal) }
  /// "2026-11-21 05:13:03 (3m ago)".
  func moment(_ date: Date) -> String { "\(world.times.stamp(date)) (\(world.times.ago(date, now: world.now())))" }
}

/// How a command was asked to print.
struct OutputOptions: Sendable {
  var json = false
  var quiet = false

  static let fields: [Field<Self>] = [
    .flag("json", \.json, "Print one JSON object"),
    .flag("quiet", \.quiet, "Print ids only", short: "q"),
  ]
  static let jsonOnly: [Field<Self>] = [.flag("json", \.json, "Print one JSON object")]
}

extension World {
  /// Writes a result to standard output.
  func emit(_ report: some Report, _ options: OutputOptions) throws {
    // The only switch over formats in the program.
    if options.json {
      try output.write(String(decoding: JSON.encode(Envelope(report)), as: UTF8.self))
    } else if options.quiet {
      try output.write(report.ids.map { $0 + "\n" }.joined())
    } else {
      try output.write(report.text(Page(terminal: output.facts, world: self)))
    }
  }
}

/// A report with its schema, in one object.
struct Envelope<Body: Encodable>: Encodable {
  private let schema: String
  private let body: Body

  init(_ body: Body) where Body: Report {
    schema = "runpilot/\(Body.kind)/v1"
    self.body = body
  }

  private enum CodingKeys: CodingKey { case schema }

  func encode(to encoder: any Encoder) throws {
    try body.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(schema, forKey: .schema)
  }
}
