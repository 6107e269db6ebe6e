import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// `runpilot resources list`.
struct ResourcesList: Command {
  static let name = "list"
  static let aliases = ["ls"]
  static let summary = "What costs money now, and what it costs"
  static let discussion = """
    Asks every provider that rents machines, and writes what it learns into the ledger. With --cached it asks nobody. \
    A provider that does not answer is said, and what was known of it is shown.
    """
  static let examples = [
    Example("runpilot resources list", "What is there"),
    Example("runpilot resources list --all --sort cost --limit 20", "The dearest there have been"),
    Example("runpilot resources list --discover", "Also what other homes and other programs made"),
    Example("runpilot resources list --format csv", "For a spreadsheet"),
  ]
  static let exitCodes = [ExitNote(.partial, "something is stuck, or a provider did not answer in full")]
  static let fields: [Field<Self>] =
    ResourceOptions.fields.within(\.options) + [.option("format", \.format, "How it is written")] + OutputOptions.fields.within(\.output)

  var options = ResourceOptions()
  var format = ListingFormat.text
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let listing = try await world.resources().resources(options.query)
    switch format {
    case .text, .json:
      var output = output
      output.json = output.json || format == .json
      try world.emit(ResourceListReport(listing: listing), output)
    case .csv: try world.output.write(ResourceTable.csv(listing.resources))
    case .html: try world.output.write(ResourceTable.html(listing.resources, at: world.now()))
    }
    if listing.resources.isEmpty, !output.json, !output.quiet, format == .text { world.errors.say("nothing that costs money is known") }
    world.say(listing.gaps)
    return world.exitStatus(listing.resources, listing.gaps)
  }
}
