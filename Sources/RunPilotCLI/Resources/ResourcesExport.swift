import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TrainingModel

/// The forms in which resources are written.
enum ResourceFormat: String, ArgumentChoice {
  case csv, html, json
}

/// `runpilot resources export`.
struct ResourcesExport: Command {
  static let name = "export"
  static let summary = "Write resources to a file, or to standard output"
  static let discussion = """
    All there ever were, unless a filter says otherwise; the columns of csv and html are those of `resources list`. Asks every provider first; \
    with --cached nobody.
    """
  static let examples = [
    Example("runpilot resources export -o resources.csv", "For a spreadsheet"),
    Example("runpilot resources export --format html --project vision -o vision.html", "To read and print"),
  ]
  static let exitCodes = [ExitNote(.partial, "a provider did not answer in full; what is known is written")]
  static let fields: [Field<Self>] =
    [
      .option("format", \.format, "The form"),
      .option("output", \.file, "The file to write; standard output unless given", short: "o", value: "file"),
      .flag("force", \.force, "Replace a file that is there", short: "f"),
    ] + ResourceOptions.filters.within(\.options) + OutputOptions.jsonOnly.within(\.output)

  var format = ResourceFormat.csv
  var file: String?
  var force = false
  var options = ResourceOptions()
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let path = try world.target(of: file, force: force)
    var query = options.query
    // What was, too: a file is for those who look back.
    query.all = true
    let listing = try await world.resources().resources(query)
    let text = try text(listing, in: world)
    if let path {
      try Files.writeAtomically(Array(text.utf8), to: path)
      try world.emit(ResourcesExportReport(file: path, resources: listing.resources.count), output)
    } else {
      try world.output.write(text)
    }
    world.say(listing.gaps)
    return listing.gaps.isEmpty ? .ok : ExitStatus(.partial)
  }

  private func text(_ listing: ResourceListing, in world: World) throws -> String {
    switch format {
    case .csv: ResourceTable.csv(listing.resources)
    case .html: ResourceTable.html(listing.resources, at: world.now())
    case .json: String(decoding: try JSON.encode(Envelope(ResourceListReport(listing: listing))), as: UTF8.self)
    }
  }
}

/// A file of resources that was written.
struct ResourcesExportReport: Report {
  static let kind = "resources-export"
  let file: String
  let resources: Int
  var ids: [String] { [file] }
  func text(_ page: Page) -> String { "\(file)  \(resources) resource\(resources == 1 ? "" : "s")\n" }
}
