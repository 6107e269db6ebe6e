import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// `runpilot resources watch`.
struct ResourcesWatch: Command {
  static let name = "watch"
  static let summary = "The listing again and again, until Ctrl-C"
  static let examples = [Example("runpilot resources watch --every 30s", "Twice a minute")]
  static let fields: [Field<Self>] =
    ResourceOptions.fields.within(\.options) + [.option("every", \.every, "How often to look", value: "time")]

  var options = ResourceOptions()
  var every: Span?

  func run(in world: World) async throws -> ExitStatus {
    let service = try await world.resources()
    let pause = max(.seconds(2), every?.duration ?? .seconds(10))
    while true {
      let listing = try await service.resources(options.query)
      let page = Page(terminal: world.output.facts, world: world)
      // A terminal shows one page; a file gets one after the other.
      let clear = world.output.facts.isTerminal ? "\u{1B}[H\u{1B}[2J" : ""
      let text = ResourceListReport(listing: listing).text(page)
      try world.output.write(
        "\(clear)\(world.times.stamp(world.now()))\n\n\(text.isEmpty ? "nothing that costs money is known\n" : text)\n")
      world.say(listing.gaps)
      try await world.pause(pause)
    }
  }
}
