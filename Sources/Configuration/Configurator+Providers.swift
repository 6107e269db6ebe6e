import Basics
import Cryptography
import Documents
import FoundationEssentials
import ProviderKit
import TOML

extension Configurator {
  /// The providers of all files. A file named outright takes the place of the project's and the user's; the built-in one lies underneath.
  func catalog(project: Project, user: UserFile, collector: DiagnosticCollector) throws -> ProviderCatalog {
    var builder = CatalogBuilder(descriptors: context.descriptors, collector: collector)
    let near = try nearProvidersFile(project).map { try providersFile($0, project: project, collector: collector) }
    let far = try farProvidersFile.map { try providersFile($0, project: project, collector: collector) }
    let builtIn = try TOML.parse(SourceText(name: "built-in", text: context.builtInProviders, kind: .builtIn))
    let base = ProvidersFile.read(builtIn, descriptors: context.descriptors, collector: collector)
    for file in [near, far, base].compactMap(\.self) { builder.add(file) }
    // The user's settings stand between the project's providers.toml and the user's own.
    return builder.catalog(defaults: [near?.defaultNode, user.defaultNode, far?.defaultNode, base.defaultNode])
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
      let sensitive = TrustGuard.sensitive(node, descriptors: context.descriptors)
      if !sensitive.isEmpty, try !TrustStore.load(context).allows(folder, sha256: SHA256.hexDigest(of: bytes)) {
        throw TrustGuard.refusal(loader.display(path), sensitive)
      }
    }
    return ProvidersFile.read(node, descriptors: context.descriptors, collector: collector)
  }
}
