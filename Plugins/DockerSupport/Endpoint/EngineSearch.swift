import Basics
import Glibc

/// Finds the engine as its own command line does, and the usual places of its relatives beyond that.
///
/// Settings, then `DOCKER_HOST`, `DOCKER_CONTEXT`, the current context of config.json, and sockets that are there.
public struct EngineSearch: Sendable {
  private let environment: [String: String]
  private let user: UInt32
  private let exists: @Sendable (String) -> Bool
  private let contexts: ContextStore

  /// A search on this machine, for the user who runs this program.
  public init(environment: [String: String]) { self.init(environment: environment, user: getuid(), exists: Files.exists) }

  /// - Parameters:
  ///   - user: the number of the user whose runtime folder is looked into.
  ///   - exists: whether there is anything at a path.
  init(environment: [String: String], user: UInt32, exists: @escaping @Sendable (String) -> Bool) {
    self.environment = environment
    self.user = user
    self.exists = exists
    contexts = ContextStore(folder: Self.configFolder(environment))
  }

  /// The folder of config.json, contexts and certificates; nil when there is no home folder.
  public static func configFolder(_ environment: [String: String]) -> String? {
    value("DOCKER_CONFIG", environment) ?? value("HOME", environment).map { $0 + "/.docker" }
  }

  /// The endpoint to use.
  ///
  /// - Parameters:
  ///   - host: an address from the provider's settings.
  ///   - context: the name of a context from the provider's settings.
  /// - Throws: ``EngineError`` when what is named cannot be used. That nothing answers there is no error here.
  public func find(host: String? = nil, context: String? = nil) throws(EngineError) -> EngineEndpoint {
    if let host { return try EngineEndpoint(host, certificates: certificates(for: host), source: "the provider's `host`") }
    if let context { return try endpoint(context: context, source: "the provider's `context`") }
    if let host = Self.value("DOCKER_HOST", environment) {
      return try EngineEndpoint(host, certificates: certificates(for: host), source: "DOCKER_HOST")
    }
    if let context = Self.value("DOCKER_CONTEXT", environment) { return try endpoint(context: context, source: "DOCKER_CONTEXT") }
    if let context = try contexts.current(), context != ContextStore.defaultName {
      return try endpoint(context: context, source: "currentContext in \(contexts.configFile ?? "config.json")")
    }
    return try usualSocket()
  }

  private func endpoint(context: String, source: String) throws(EngineError) -> EngineEndpoint {
    guard context != ContextStore.defaultName else { return try usualSocket() }
    return try contexts.endpoint(context, source: source)
  }

  /// The first usual socket that is there; without any, the most usual one, so that the error names it.
  private func usualSocket() throws(EngineError) -> EngineEndpoint {
    let path = usualSockets.first(where: exists) ?? usualSockets[0]
    return try EngineEndpoint("unix://" + path, source: "the usual place")
  }

  /// Sockets in the order in which they are tried.
  var usualSockets: [String] {
    let runtime = Self.value("XDG_RUNTIME_DIR", environment) ?? "/run/user/\(user)"
    let home = Self.value("HOME", environment)
    let ofHome = ["/.docker/run/docker.sock", "/.colima/default/docker.sock", "/.orbstack/run/docker.sock", "/.rd/docker.sock"]
    return ["/var/run/docker.sock", runtime + "/docker.sock"] + ofHome.compactMap { path in home.map { $0 + path } }
      + [runtime + "/podman/podman.sock", "/run/podman/podman.sock"]
  }

  /// `DOCKER_TLS_VERIFY` set to anything asks for TLS; `DOCKER_CERT_PATH` says where the files are.
  private func certificates(for host: String) -> EngineEndpoint.Certificates? {
    guard host.hasPrefix("tcp://"), Self.value("DOCKER_TLS_VERIFY", environment) != nil,
      let folder = Self.value("DOCKER_CERT_PATH", environment) ?? Self.configFolder(environment)
    else { return nil }
    let files = ["ca.pem", "cert.pem", "key.pem"].map { folder + "/" + $0 }.map { exists($0) ? $0 : nil }
    return EngineEndpoint.Certificates(authority: files[0], certificate: files[1], key: files[2], verifies: true)
  }

  private static func value(_ name: String, _ environment: [String: String]) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
