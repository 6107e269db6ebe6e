import Basics
import FoundationEssentials

/// The contexts of the engine's own command line: `contexts/meta/*/meta.json` below its folder, chosen by `currentContext` in config.json.
struct ContextStore: Sendable {
  /// The name that means: no context.
  static let defaultName = "default"

  private struct Config: Decodable {
    var currentContext: String?
  }

  private struct Meta: Decodable {
    struct Endpoint: Decodable {
      var Host: String?
      var SkipTLSVerify: Bool?
    }
    var Name: String
    var Endpoints: [String: Endpoint]?
  }

  let folder: String?
  var configFile: String? { folder.map { $0 + "/config.json" } }

  /// The name of the current context; nil when none is chosen.
  /// - Throws: ``EngineError`` when config.json cannot be read.
  func current() throws(EngineError) -> String? {
    guard let configFile, Files.exists(configFile) else { return nil }
    do {
      let name = try JSON.decode(Config.self, from: Files.read(configFile)).currentContext
      return name.flatMap { $0.isEmpty ? nil : $0 }
    } catch {
      throw EngineError(
        .badSettings, "\(configFile) cannot be read: \(Self.reason(error))",
        hints: ["see what is wrong: `python3 -m json.tool \(configFile)`"])
    }
  }

  /// The endpoint of a context, with its certificates.
  ///
  /// A context's folder is called after a digest of its name; looking into all of them needs no digest, and there are few.
  func endpoint(_ name: String, source: String) throws(EngineError) -> EngineEndpoint {
    var known: [String] = []
    for id in ids() {
      guard let folder, let meta = try? JSON.decode(Meta.self, from: Files.read("\(folder)/contexts/meta/\(id)/meta.json")) else {
        continue
      }
      known.append(meta.Name)
      guard meta.Name == name else { continue }
      guard let endpoint = meta.Endpoints?["docker"], let host = endpoint.Host else {
        throw EngineError(
          .badSettings, "the context '\(name)' (from \(source)) names no engine", hints: ["`docker context inspect \(name)`"])
      }
      let certificates = certificates(id, skipsVerification: endpoint.SkipTLSVerify ?? false)
      return try EngineEndpoint(host, certificates: certificates, source: "the context '\(name)', from \(source)")
    }
    let nearest = Suggestion.nearest(to: name, among: known).map { ["did you mean '\($0)'?"] } ?? []
    throw EngineError(
      .badSettings, "there is no context '\(name)' (from \(source))",
      hints: nearest + ["list them: `docker context ls`"])
  }

  private func ids() -> [String] {
    guard let folder else { return [] }
    return ((try? Files.names(in: folder + "/contexts/meta")) ?? []).sorted()
  }

  private func certificates(_ id: String, skipsVerification: Bool) -> EngineEndpoint.Certificates? {
    guard let folder else { return nil }
    let files = ["ca.pem", "cert.pem", "key.pem"].map { "\(folder)/contexts/tls/\(id)/docker/\($0)" }.map { Files.exists($0) ? $0 : nil }
    guard files.contains(where: { $0 != nil }) else { return nil }
    return EngineEndpoint.Certificates(authority: files[0], certificate: files[1], key: files[2], verifies: !skipsVerification)
  }

  private static func reason(_ error: any Error) -> String { (error as? any Hinted)?.message ?? "it is no JSON of the usual form" }
}
