import Basics
import Documents

/// Loads run files and what they extend.
struct RunFile {
  let context: ConfigurationContext
  private let loader: DocumentLoader

  init(_ context: ConfigurationContext) {
    self.context = context
    loader = DocumentLoader(context: context)
  }

  /// The keys of a run file, laid over those of the files it extends.
  func load(_ path: String) throws(SourceDiagnostic) -> Mapping { try load(path, from: []) }

  /// The keys of a run that stands inside another file, laid over those it extends; `extends` is relative to that file.
  func inline(_ mapping: Mapping, in path: String) throws(SourceDiagnostic) -> Mapping { try extended(mapping, path: path, chain: [path]) }

  /// One of a project's runs: its keys, laid over the file that `config` names.
  func run(_ entry: Mapping.Entry, of project: ProjectFile) throws(SourceDiagnostic) -> Mapping {
    let name = "runs.\(entry.key)"
    if case .string = entry.value.value {
      throw entry.value.unexpected(name, "keys and values", hints: ["write `\(entry.key): {config: \(entry.value.scalarText ?? "")}`"])
    }
    let mapping = try entry.value.mapping(name)
    guard let config = mapping["config"], !config.isNull else { return try inline(mapping, in: project.path) }
    let path = Paths.resolve(try config.text("\(name).config"), from: Paths.parent(of: project.path), home: context.userFolder)
    guard context.files.kind(path) != nil else { throw config.diagnostic("no file '\(loader.display(path))'") }
    return try extended(mapping.removing("config"), path: project.path, chain: [project.path], over: try load(path, from: []))
  }

  private func load(_ path: String, from chain: [String]) throws(SourceDiagnostic) -> Mapping {
    let node = try loader.load(path, what: "a run file")
    let name = loader.display(path)
    if node.isNull {
      throw SourceDiagnostic(
        file: name, position: nil, problem: "the file is empty",
        hints: ["a run needs at least a name and an entrypoint; `runpilot init` writes an example"])
    }
    if ProjectFile.isProjectFile(node), case .mapping(let mapping) = node.value {
      let aliases = (try? mapping["runs"]?.mapping("runs").keys) ?? []
      throw SourceDiagnostic(
        file: name, position: nil, problem: "this is a project file, and only one of its runs can be run",
        hints: aliases.isEmpty
          ? ["it names none yet: write `runs: {train: {entrypoint: python3 train.py}}`"]
          : aliases.prefix(5).map { "run one of them: `runpilot run \($0)`" })
    }
    return try extended(try node.mapping("a run file"), path: path, chain: chain + [path])
  }

  /// `mapping` over everything it extends, over `base`.
  private func extended(_ mapping: Mapping, path: String, chain: [String], over base: Mapping = Mapping()) throws(SourceDiagnostic)
    -> Mapping
  {
    var result = base
    if let node = mapping["extends"], !node.isNull {
      let bases = node.scalarText == nil ? try node.items("extends") : [node]
      for base in bases {
        let other = Paths.resolve(try base.text("extends"), from: Paths.parent(of: path), home: context.userFolder)
        if let start = chain.firstIndex(of: other) {
          let circle = (chain[start...] + [other]).map(loader.display).joined(separator: " → ")
          throw base.diagnostic("files extend each other in a circle: \(circle)")
        }
        guard chain.count < 20 else { throw base.diagnostic("more than 20 files extend each other") }
        guard context.files.kind(other) != nil else { throw base.diagnostic("no file '\(loader.display(other))'") }
        result = Layers.merge(result, under: try load(other, from: chain))
      }
    }
    return Layers.merge(result, under: mapping.removing("extends"))
  }
}

extension Mapping {
  /// The mapping without one key.
  func removing(_ key: String) -> Mapping {
    var result = Mapping()
    for entry in entries where entry.key != key { result.set(entry.key, at: entry.keyPosition, to: entry.value) }
    return result
  }
}
