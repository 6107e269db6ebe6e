import Basics
public import Documents
import FoundationEssentials
import TOML
import YAML

/// What is wrong with one file.
public struct FileFindings: Sendable, Equatable {
  /// The file as it is called here.
  public var file: String
  /// Everything wrong with it, in its order; empty when all is well.
  public var findings: [SourceDiagnostic]
}

extension Configurator {
  /// Checks a run file, project file, settings file or providers.toml, as if it were used now; all of this project's and user's when `path` is nil.
  public func validate(_ path: String?) -> [FileFindings] {
    guard let path else { return present().map(review) }
    return [review(DocumentLoader(context: context).absolute(path))]
  }

  /// The files that are read without being named.
  private func present() -> [String] {
    // A broken project file must not hide the others.
    let project = try? Project.find(context, collector: DiagnosticCollector())
    let file = projectFolder.map { $0 + "/" + Project.fileName }
    let candidates = [file, project.flatMap(nearProvidersFile), context.userFile, context.userProvidersFile].compactMap(\.self)
    return candidates.filter { context.files.kind($0) != nil }
  }

  private var projectFolder: String? {
    var folder = context.workingFolder
    while context.files.kind(folder + "/" + Project.fileName) == nil {
      let parent = Paths.parent(of: folder)
      if parent == folder || context.files.kind(folder + "/.git") != nil { return nil }
      folder = parent
    }
    return folder
  }

  private func review(_ path: String) -> FileFindings {
    let loader = DocumentLoader(context: context)
    let name = loader.display(path)
    let collector = DiagnosticCollector()
    do {
      let node = try loader.load(path, what: "a configuration")
      if path.hasSuffix(".toml") {
        reviewProviders(node, Paths.parent(of: path), collector)
      } else if path == context.userFile {
        try reviewUser(node, collector)
      } else if ProjectFile.isProjectFile(node) {
        reviewProject(ProjectFile.read(node, path: path, collector: collector), collector)
      } else {
        try reviewRun(try RunTarget.find(path, project: Project(), context: context), collector)
      }
      try collector.finish()
      return FileFindings(file: name, findings: [])
    } catch let error as SourceDiagnostics {
      return FileFindings(file: name, findings: error.all)
    } catch let error as SourceDiagnostic {
      return FileFindings(file: name, findings: collector.found + [error])
    } catch let error as any Hinted {
      return FileFindings(
        file: name, findings: collector.found + [SourceDiagnostic(file: name, position: nil, problem: error.message, hints: error.hints)])
    } catch {
      return FileFindings(file: name, findings: [SourceDiagnostic(file: name, position: nil, problem: "\(error)")])
    }
  }

  private func reviewProviders(_ node: Node, _ folder: String, _ collector: DiagnosticCollector) {
    let file = read(node, from: folder, collector)
    var builder = CatalogBuilder(descriptors: context.descriptors, collector: collector)
    builder.add(file)
    if let node = try? TOML.parse(SourceText(name: "built-in", text: context.builtInProviders, kind: .builtIn)) {
      builder.add(read(node, from: "/", collector))
    }
    _ = builder.catalog(defaults: [file.defaultNode])
  }

  private func reviewUser(_ node: Node, _ collector: DiagnosticCollector) throws {
    let file = UserFile.read(node, collector: collector)
    _ = try catalog(project: Project(), user: file, collector: collector)
  }

  private func reviewProject(_ project: ProjectFile, _ collector: DiagnosticCollector) {
    _ = RunFileReader.read(Node(.mapping(project.defaults)), path: "defaults", collector: collector)
    for run in project.runs {
      do {
        let mapping = try RunFile(context).run(run, of: project)
        var named = Layers.layer([("name", Node(.string(run.key, quoted: true), at: run.keyPosition, in: run.value.source))])
        named = Layers.merge(named, under: mapping)
        try reviewRun(RunTarget(mapping: named, name: "runs.\(run.key)"), collector)
      } catch let error as SourceDiagnostic {
        collector.add(error)
      } catch let error as any Hinted {
        collector.add(run.diagnostic(error.message, hints: error.hints))
      } catch {
        collector.add(run.diagnostic("\(error)"))
      }
    }
  }

  /// Checks a run to the end, but for the values of its secrets. Errors of other files are theirs: then only its own keys are read.
  private func reviewRun(_ target: RunTarget, _ collector: DiagnosticCollector) throws {
    let others = DiagnosticCollector()
    guard let world = try? world(others), others.found.isEmpty else {
      let source = target.mapping.entries.first?.value.source ?? .none
      _ = RunFileReader.read(Node(.mapping(target.mapping), at: .start, in: source), collector: collector)
      return
    }
    let settings = settings(of: target, world: world, overrides: RunOverrides(), collector: collector)
    var builder = SpecBuilder(settings: settings, context: context, catalog: world.catalog, collector: collector, target: target.name)
    _ = try builder.build(RunOverrides())
  }
}
