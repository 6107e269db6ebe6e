import Basics
import Documents
import ProviderKit
import TrainingModel

/// Turns checked settings into the run they describe: paths become absolute, a provider is chosen, defaults are filled in.
struct SpecBuilder {
  let settings: RunSettings
  let context: ConfigurationContext
  let catalog: ProviderCatalog
  let collector: DiagnosticCollector
  /// Where the run as a whole is spoken of: "train.yaml".
  let target: String
  private(set) var notes: [String] = []

  init(settings: RunSettings, context: ConfigurationContext, catalog: ProviderCatalog, collector: DiagnosticCollector, target: String) {
    self.settings = settings
    self.context = context
    self.catalog = catalog
    self.collector = collector
    self.target = target
  }

  /// The run; nil when something of it is missing or wrong, which the collector knows.
  mutating func build(_ overrides: RunOverrides) throws(ConfigurationError) -> RunSpec? {
    if settings.name == nil, settings.mapping.isMissing("name") { missing("name", "name: my-run") }
    if settings.entrypoint == nil, settings.mapping.isMissing("entrypoint") { missing("entrypoint", "entrypoint: python3 train.py") }
    ReferenceCheck(settings: settings, collector: collector).check()
    guard let choices = try chooseAll(overrides), let choice = choices.first, let name = settings.name, let entrypoint = settings.entrypoint
    else { return nil }
    let folder = settings.projectFolder.map(absolute) ?? context.workingFolder
    var spec = RunSpec(
      name: name, entrypoint: CommandText.adding(overrides.arguments, to: entrypoint), projectFolder: folder, provider: choice.settings.id)
    let inContainer = choice.descriptor.runsContainers || (choice.descriptor.isRented && settings.image != nil)
    spec.image = inContainer ? settings.image : nil
    spec.project = settings.project
    spec.setup = settings.setup
    spec.environment = settings.environment
    spec.params = settings.params
    spec.tags = settings.tags + overrides.tags.filter { !settings.tags.contains($0) }
    spec.resources = settings.resources
    spec.user = settings.user
    spec.network = settings.network
    spec.metrics = settings.metrics
    spec.outputs = settings.outputs
    spec.fallback = overrides.forceLocal ? [] : settings.fallback
    spec.maxDurationSeconds = settings.maxDurationSeconds
    spec.stopGraceSeconds = settings.stopGraceSeconds ?? spec.stopGraceSeconds
    spec.seed = settings.seed
    spec.rental = settings.rental
    let options = ProviderOptions(catalog: catalog, collector: collector).read(settings.mapping["provider_options"])
    spec.providerOptions = options(choice)
    spec.alternatives = choices.dropFirst().map { Alternative($0.settings.id, options: options($0)) }
    spec.cheapest = settings.cheapest
    spec.workdir = workdir(inContainer: inContainer, folder: folder)
    spec.mounts = mounts(inContainer: inContainer, workdir: spec.workdir)
    noteArguments(overrides.arguments, entrypoint)
    for choice in choices { checkRental(choice) }
    return spec
  }

  /// Something the reader should know.
  mutating func addNote(_ note: String) { notes.append(note) }

  /// What only a rented machine has is no slip to pass over in silence.
  private func checkRental(_ choice: ProviderCatalog.Entry) {
    let wishes = settings.rental
    let asked: [(String, Bool)] = [
      ("spot", wishes.spot), ("idle_timeout", wishes.idleTimeoutSeconds != nil), ("retries", wishes.retries > 0),
      ("checkpoint", wishes.checkpoint != nil),
    ]
    if !choice.descriptor.isRented, let key = asked.first(where: \.1)?.0 {
      report(
        key, "'\(key)' is for rented machines, and provider '\(choice.settings.id)' rents none",
        ["remove '\(key)'", "see which providers rent: `runpilot providers list`"])
    }
    if wishes.nodes > 1, !choice.descriptor.canRunNodes {
      report(
        "nodes", "provider '\(choice.settings.id)' runs a job on one machine, and the run asks for \(wishes.nodes) nodes",
        ["remove 'nodes'", "see which provider runs on several: `runpilot providers list`"])
    }
    if settings.fallback.contains(RunSpec.onDemandFallback), !wishes.spot {
      report(
        "fallback", "'on-demand' is a fallback of a spot machine, and the run asks for none", ["add `spot: true`, or remove 'on-demand'"])
    }
  }

  private func absolute(_ path: String) -> String { DocumentLoader(context: context).absolute(path) }

  private func missing(_ key: String, _ example: String) {
    let hints = ["write `\(example)`"]
    collector.add(SourceDiagnostic(file: target, position: nil, problem: "'\(key)' is missing", hints: hints))
  }

  /// The providers that may have the run, the one to try first in front: those that are named, or with `cheapest` alone all that rent.
  private mutating func chooseAll(_ overrides: RunOverrides) throws(ConfigurationError) -> [ProviderCatalog.Entry]? {
    guard !overrides.forceLocal else { return try choose(overrides).map { [$0] } }
    var names = settings.providers
    if !names.isEmpty, settings.provider != nil {
      report("providers", "'provider' and 'providers' both say where to run", ["keep one of them"])
      return nil
    }
    if settings.cheapest, names.isEmpty, settings.provider == nil {
      names = catalog.entries.filter(\.descriptor.isRented).map(\.settings.id.rawValue)
      guard !names.isEmpty else {
        report(
          "cheapest", "no provider that rents is configured, so there is nothing to compare",
          ["see which there are: `runpilot providers list`"])
        return nil
      }
    }
    guard !names.isEmpty else { return try choose(overrides).map { [$0] } }
    var chosen: [ProviderCatalog.Entry] = []
    for name in names {
      guard let entry = named(name, at: "providers"), let choice = usable(entry, named: name) else { return nil }
      if !chosen.contains(where: { $0.settings.id == choice.settings.id }) { chosen.append(choice) }
    }
    return chosen
  }

  /// The provider: flag, variable or file, else the default, else the one for this kind of run.
  private mutating func choose(_ overrides: RunOverrides) throws(ConfigurationError) -> ProviderCatalog.Entry? {
    let kind: RunKind = settings.image == nil ? .process : settings.resources.gpus.isWanted ? .gpuContainer : .container
    if overrides.forceLocal { return try local(instead: "--force-local") }
    guard let named = settings.provider else {
      if let id = catalog.defaultID, let entry = catalog.entry(id) { return usable(entry, named: nil) }
      guard let entry = catalog.entry(defaultFor: kind) else { throw none(for: kind) }
      return usable(entry, named: nil)
    }
    return self.named(named, at: "provider").flatMap { usable($0, named: named) }
  }

  private func named(_ named: String, at key: String) -> ProviderCatalog.Entry? {
    guard let entry = catalog.entry(ProviderID(named)) else {
      let names = catalog.entries.map(\.settings.id.rawValue)
      let nearest =
        Suggestion.nearest(to: named, among: names).map { "did you mean '\($0)'?" } ?? "providers: \(names.joined(separator: ", "))"
      report(key, "no provider '\(named)' in providers.toml", [nearest, "see which there are: `runpilot providers list`"])
      return nil
    }
    return entry
  }

  private func none(for kind: RunKind) -> ConfigurationError {
    let what =
      switch kind {
      case .process: "runs without an image"
      case .container: "runs with an image"
      case .gpuContainer: "runs with an image and GPUs"
      }
    return ConfigurationError("no provider is configured for \(what)", hints: ["see which there are: `runpilot providers list`"])
  }

  private mutating func local(instead flag: String) throws(ConfigurationError) -> ProviderCatalog.Entry {
    guard let entry = catalog.entry(defaultFor: .process) else { throw none(for: .process) }
    if let image = settings.image { notes.append("\(flag): the job runs on this machine, without the image \(image)") }
    return entry
  }

  private mutating func usable(_ entry: ProviderCatalog.Entry, named: String?) -> ProviderCatalog.Entry? {
    let id = entry.settings.id
    if entry.descriptor.runsContainers, settings.image == nil, settings.mapping.isMissing("image") {
      let local = catalog.entry(defaultFor: .process).map { ["or run it on this machine: `--provider \($0.settings.id)`"] } ?? []
      report(
        named == nil ? "default" : "provider", "provider '\(id)' runs containers, and the run names no image", ["add `image: …`"] + local)
      return nil
    }
    if !entry.descriptor.runsContainers, !entry.descriptor.isRented, let image = settings.image {
      notes.append("provider '\(id)' runs no containers: the image \(image) is not used")
    }
    return entry
  }

  /// A finding at a key, or about the whole run when no layer has the key.
  private func report(_ key: String, _ problem: String, _ hints: [String]) {
    let whole = SourceDiagnostic(file: target, position: nil, problem: problem, hints: hints)
    collector.add(settings.diagnostic(key, problem, hints: hints) ?? whole)
  }

  private mutating func noteArguments(_ arguments: [String], _ entrypoint: [String]) {
    guard !arguments.isEmpty, CommandText.isShell(entrypoint), let script = entrypoint.last, !script.contains("$") else { return }
    notes.append("the words after -- reach a shell command only where it says \"$@\"")
  }
}

extension Mapping {
  /// Whether a key is not there, or empty.
  func isMissing(_ key: String) -> Bool { self[key]?.isNull ?? true }
}
