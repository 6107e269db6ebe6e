import Basics
import FoundationEssentials
import Glibc
import Subprocessing

/// Where registry logins are kept: a file of the form of `~/.docker/config.json`, and the helper programs that it names.
///
/// Most images need no login, and the registry says so when one does: what cannot be read counts as no login.
public struct LoginFile: Sendable {
  private struct Config: Decodable {
    struct Entry: Decodable {
      var auth: String?
      var identitytoken: String?
    }
    var auths: [String: Entry]?
    var credsStore: String?
    var credHelpers: [String: String]?
  }

  private struct HelperAnswer: Decodable {
    var user: String?
    var secret: String?
    enum CodingKeys: String, CodingKey {
      case user = "Username"
      case secret = "Secret"
    }
  }

  private let path: String
  private let environment: [String: String]

  /// The logins in the file at `path`.
  /// - Parameter environment: in whose `PATH` helpers are found.
  public init(_ path: String, environment: [String: String]) {
    self.path = path
    self.environment = environment
  }

  /// The login for an image's registry; nil when there is none.
  public func login(for image: String) async -> RegistryLogin? {
    guard let config = try? JSON.decode(Config.self, from: Files.read(path)) else { return nil }
    let registry = ImageReference(image).registry
    let names =
      registry == ImageReference.hub ? ["https://index.docker.io/v1/", "docker.io", "index.docker.io"] : [registry, "https://" + registry]
    if let helper = names.lazy.compactMap({ config.credHelpers?[$0] }).first ?? config.credsStore, !helper.isEmpty {
      for name in names { if let login = await ask(helper, about: name) { return login } }
    }
    guard let name = names.first(where: { config.auths?[$0] != nil }), let entry = config.auths?[name] else { return nil }
    return Self.login(entry, server: name)
  }

  private static func login(_ entry: Config.Entry, server: String) -> RegistryLogin? {
    if let token = entry.identitytoken, !token.isEmpty { return RegistryLogin(token: token, server: server) }
    guard let auth = entry.auth, let plain = Data(base64Encoded: auth) else { return nil }
    let text = String(decoding: plain, as: UTF8.self)
    guard let colon = text.firstIndex(of: ":") else { return nil }
    // Some writers pad the password.
    let password = text[text.index(after: colon)...].replacing("\0", with: "")
    return RegistryLogin(user: String(text[..<colon]), password: String(password), server: server)
  }

  /// Asks `docker-credential-HELPER get`, which reads the server's name and answers in JSON.
  private func ask(_ helper: String, about server: String) async -> RegistryLogin? {
    // The name is part of a program's: no slash may lead elsewhere.
    guard helper.allSatisfy({ $0.isLetter || $0.isNumber || "-_.".contains($0) }) else { return nil }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // Fits into the pipe, whoever reads it.
    let question = Array((server + "\n").utf8)
    question.withUnsafeBytes { _ = Descriptor.writeAll($0, to: ends[1]) }
    close(ends[1])
    defer { close(ends[0]) }
    var command = Command(["docker-credential-" + helper, "get"], environment: environment)
    command.request.descriptors[0] = ends[0]
    guard let outcome = try? await command.run(), outcome.end.isSuccess,
      let answer = try? JSON.decode(HelperAnswer.self, from: Data(outcome.output)), let user = answer.user, let secret = answer.secret
    else { return nil }
    return user == "<token>"
      ? RegistryLogin(token: secret, server: server) : RegistryLogin(user: user, password: secret, server: server)
  }
}
