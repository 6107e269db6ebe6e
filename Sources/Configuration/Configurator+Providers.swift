import Basics
import Cryptography
import Documents
import FoundationEssentials
public import ProviderKit
import TOML

extension Configurator {
  /// The providers of all files. A file named outright takes the place of the project's and the user's; the built-in one lies underneath.
  func catalog(project: Project, user: UserFile, collector: DiagnosticCollector) throws -> ProviderCatalog {
    var builder = CatalogBuilder(descriptors: context.descriptors, collector: collector)
    let near = try nearProvidersFile(project).map { try providersFile($0, project: project, collector: collector) }
    let far = try farProvidersFile.map { try providersFile($0, project: project, collector: collector) }
    let builtIn = try TOML.parse(SourceText(name: "built-in", text: context.builtInProviders, kind: .builtIn))
    let base = read(builtIn, from: "/", collector)
    for file in [near, far, base].compactMap(\.self) { builder.add(file) }
    // The user's settings stand between the project's providers.toml and the user's own.
    return builder.catalog(defaults: [near?.defaultNode, user.defaultNode, far?.defaultNode, base.defaultNode])
  }

  /// The object store by that name: of the nearest file that has one, with what files further away say of it underneath.
  /// - Returns: nil when none has it.
  public func storage(_ name: String) throws -> StorageSettings? {
    let collector = DiagnosticCollector()
    let project = try Project.find(context, collector: collector)
    let files = try [nearProvidersFile(project), farProvidersFile].compactMap(\.self).map {
      try providersFile($0, project: project, collector: collector)
    }
    try collector.finish()
    let found = files.compactMap { file in file.storages.first { $0.name == name } }
    guard var nearest = found.first else { return nil }
    for lower in found.dropFirst() where lower.module == nearest.module {
      nearest.values.merge(lower.values) { near, _ in near }
    }
    return nearest
  }

  /// The file named outright, else the project's.
  func nearProvidersFile(_ project: Project) -> String? {
    context.providersFile.map { DocumentLoader(context: context).absolute($0) } ?? project.providersFile
  }

  /// The user's file, unless one was named outright.
  var farProvidersFile: String? {
    context.providersFile == nil && context.files.kind(context.userProvidersFile) != nil ? context.userProvidersFile : nil
  }

  private func providersFile(_ path: String, project: Project, collector: DiagnosticCollector) throws -> ProvidersFile {
    let loader = DocumentLoader(context: context)
    let bytes = try loader.read(path, what: "providers.toml")
    let node = try TOML.parse(bytes, name: loader.display(path))
    if let folder = project.folder, path == project.providersFile {
      let sensitive = TrustGuard.sensitive(node, descriptors: context.descriptors, storages: context.storages)
      if !sensitive.isEmpty, try !TrustStore.load(context).allows(folder, sha256: SHA256.hexDigest(of: bytes)) {
        throw TrustGuard.refusal(loader.display(path), sensitive)
      }
    }
    return read(node, from: Paths.parent(of: path), collector)
  }

  /// The entries of a file that stands in `folder`.
  func read(_ node: Node, from folder: String, _ collector: DiagnosticCollector) -> ProvidersFile {
    ProvidersFile.read(node, descriptors: context.descriptors, storages: context.storages, collector: collector) {
      try context.plugin($0, folder)
    }
  }
}
