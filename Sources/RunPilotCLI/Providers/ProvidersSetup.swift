import CommandLineKit
import ControlAPI
import TerminalUI
import TrainingModel

/// `runpilot providers setup`.
struct ProvidersSetup: Command {
  static let name = "setup"
  static let summary = "Make what a provider needs in its vendor's account"
  static let discussion =
    "Shows everything first, with the documents that say who may do what, and asks. What is there already is left as it is."
  static let examples = [
    Example("runpilot providers setup cloud --dry-run", "Show what is there and what is missing"),
    Example("runpilot providers setup cloud", "Make what is missing after asking"),
  ]
  static let fields: [Field<Self>] =
    [
      .argument("provider", \.id, "The provider's name in providers.toml", completion: .providers),
      .flag("dry-run", \.dryRun, "Show only"),
      .flag("yes", \.yes, "Do not ask", short: "y"),
    ] + OutputOptions.fields.within(\.output)

  var id = ""
  var dryRun = false
  var yes = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let service = try await world.providers()
    let known = try await service.providers().map(\.id)
    guard known.contains(ProviderID(id)) else { throw NoSuchProvider(name: id, known: known.map(\.rawValue)) }
    var setup = try await service.setup(ProviderID(id))
    let missing = setup.steps.filter { !$0.isDone }
    guard !dryRun, !missing.isEmpty else {
      try world.emit(SetupReport(provider: id, setup: setup), output)
      return .ok
    }
    // The person who is asked must have seen it, whatever form the result takes.
    if !yes {
      try world.errors.write(SetupReport(provider: id, setup: setup).text(Page(terminal: world.errors.facts, world: world)) + "\n")
    }
    try world.requireConfirmation("Make the \(missing.count == 1 ? "one that is" : "\(missing.count) that are") missing?", yes: yes)
    for step in missing {
      world.errors.say("making \(Printable.line(step.title))")
      try await service.carryOut(step, of: ProviderID(id))
      if let index = setup.steps.firstIndex(where: { $0.id == step.id }) { setup.steps[index].isDone = true }
    }
    try world.emit(SetupReport(provider: id, setup: setup), output)
    return .ok
  }
}

/// What a provider needs, and what of it is there.
struct SetupReport: Report {
  static let kind = "provider-setup"
  let provider: String
  let setup: ProviderSetup
  var ids: [String] { setup.steps.filter { !$0.isDone }.map(\.id) }

  func text(_ page: Page) -> String {
    var text = page.painter.paint(Printable.line(provider), .bold) + "\n"
    for step in setup.steps {
      let mark = step.isDone ? page.painter.paint("there  ", .green) : page.painter.paint("missing", .yellow)
      text += "  \(mark)  \(Printable.line(step.title))\n"
      if let note = step.note { text += "           \(Printable.line(note))\n" }
      if !step.isDone, let document = step.document { text += "           \(Printable.line(document))\n" }
    }
    guard !setup.settings.isEmpty else { return text }
    return text + "\nIn [providers.\(Printable.line(provider))] of providers.toml:\n"
      + setup.settings.map { "  \(Printable.line($0))\n" }.joined()
  }
}
