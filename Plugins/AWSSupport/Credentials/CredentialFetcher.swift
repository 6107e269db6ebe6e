import Basics
import Cryptography
import FoundationEssentials
import HTTPTransport
import ProviderKit

/// Asks a ``CredentialSource`` for its credentials. One call asks once.
struct CredentialFetcher: Sendable {
  let surroundings: AWSSurroundings
  /// Takes roles: asks STS, signed or not.
  let takeRole: @Sendable (QueryForm, AWSCredentials?) async throws(ProviderError) -> AWSCredentials

  func credentials(from source: CredentialSource) async throws(ProviderError) -> AWSCredentials {
    switch source {
    case .keys(let keys, let place):
      if let end = keys.expires, end <= surroundings.now() {
        throw ProviderError(
          .unauthorised, "the credentials from \(place) ended at \(Timestamp.format(end))", hints: ["renew them and export them again"])
      }
      return keys
    case .role(let role, let taker): return try await take(role, with: credentials(from: taker))
    case .webIdentity(let identity): return try await take(identity)
    case .sso(let login): return try await singleSignOn(login)
    case .program(let words, let place): return try await run(words, place)
    case .container(let container): return try await ask(container)
    case .machine: return try await askMachine()
    }
  }

  // MARK: roles

  private func take(_ role: CredentialSource.RoleRequest, with taker: AWSCredentials) async throws(ProviderError) -> AWSCredentials {
    let form = QueryForm(
      "AssumeRole", version: STSAnswer.version, .query,
      [
        "RoleArn": .text(role.arn), "RoleSessionName": .text(role.session), "ExternalId": role.externalID.map { .text($0) },
        "DurationSeconds": role.seconds.map { .number($0) },
      ])
    return try await takeRole(form, taker)
  }

  private func take(_ identity: CredentialSource.WebIdentity) async throws(ProviderError) -> AWSCredentials {
    // Read anew each time: whoever put it there replaces it.
    let token = try text(of: identity.tokenFile, named: identity.place).trimmed()
    let form = QueryForm(
      "AssumeRoleWithWebIdentity", version: STSAnswer.version, .query,
      ["RoleArn": .text(identity.arn), "RoleSessionName": .text(identity.session), "WebIdentityToken": .text(token)])
    return try await takeRole(form, nil)
  }

  private func text(of path: String, named place: String) throws(ProviderError) -> String {
    do throws(SystemError) { return String(decoding: try surroundings.readFile(path), as: UTF8.self) } catch {
      throw ProviderError(.unauthorised, "\(error.message) (named by \(place))", hints: error.hints)
    }
  }

  // MARK: single sign-on

  private struct CachedToken: Decodable {
    var accessToken: String
    var expiresAt: String
  }

  private struct PortalAnswer: Decodable {
    struct Keys: Decodable {
      var accessKeyId: String
      var secretAccessKey: String
      var sessionToken: String
      /// Milliseconds since 1970.
      var expiration: Int64
    }
    var roleCredentials: Keys
  }

  private func singleSignOn(_ login: CredentialSource.SingleSignOn) async throws(ProviderError) -> AWSCredentials {
    let again = ["run `aws sso login --profile \(login.profile)`"]
    guard let home = surroundings["HOME"] else { throw ProviderError(.unauthorised, "no HOME to find the sign-on's token in") }
    let file = "\(home)/.aws/sso/cache/\(SHA1.hexDigest(of: login.cacheKey.utf8)).json"
    let bytes: Data
    do throws(SystemError) { bytes = try surroundings.readFile(file) } catch {
      throw ProviderError(.unauthorised, "profile \(login.profile) is not signed on: \(error.message)", hints: again)
    }
    guard let token = try? JSON.decode(CachedToken.self, from: bytes), let end = Timestamp.parse(Self.plainUTC(token.expiresAt)) else {
      throw ProviderError(.unauthorised, "\(file) is no cached sign-on", hints: again)
    }
    guard end > surroundings.now() else {
      throw ProviderError(.unauthorised, "the sign-on of profile \(login.profile) ended at \(token.expiresAt)", hints: again)
    }
    let query = PercentEncoding.query([("role_name", login.role), ("account_id", login.account)])
    let request = HTTPRequest(
      "GET", .https(host: "portal.sso.\(login.region).\(AWSRegion.domains(of: login.region).plain)", port: 443),
      "/federation/credentials?\(query)", headers: ["x-amz-sso_bearer_token": token.accessToken])
    let body = try await fetch(request, doing: "sign on as \(login.role)", hints: again)
    guard let answer = try? JSON.decode(PortalAnswer.self, from: Data(body)) else {
      throw ProviderError(.vendorFault, "the sign-on's portal answered with something else than credentials")
    }
    let keys = answer.roleCredentials
    return AWSCredentials(
      accessKeyID: keys.accessKeyId, secretAccessKey: keys.secretAccessKey, sessionToken: keys.sessionToken,
      expires: Date(timeIntervalSince1970: Double(keys.expiration) / 1_000))
  }

  /// Older versions of the AWS command line wrote `2026-11-21T10:00:00UTC`.
  private static func plainUTC(_ text: String) -> String { text.hasSuffix("UTC") ? text.dropLast(3) + "Z" : text }

  // MARK: programs, containers, machines

  private func run(_ words: [String], _ place: String) async throws(ProviderError) -> AWSCredentials {
    let output: [UInt8]
    do throws(AWSConfigurationError) { output = try await surroundings.runProgram(words) } catch {
      throw ProviderError(.unauthorised, "\(place): credential_process failed: \(error.message)", hints: error.hints)
    }
    guard let answer = try? JSON.decode(KeyDocument.self, from: Data(output)), answer.Version == 1 else {
      throw ProviderError(
        .unauthorised, "\(place): credential_process printed no credentials of version 1",
        hints: ["it should print one JSON object with Version, AccessKeyId and SecretAccessKey"])
    }
    return try answer.credentials(from: place, now: surroundings.now())
  }

  private func ask(_ container: CredentialSource.ContainerCredentials) async throws(ProviderError) -> AWSCredentials {
    var headers: HTTPHeaders = [:]
    switch container.authorization {
    case .none: break
    case .value(let token): headers["Authorization"] = token.withExposed { $0 }
    case .file(let path): headers["Authorization"] = try text(of: path, named: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").trimmed()
    }
    let endpoint: AWSEndpoint
    let question = container.address.firstIndex(of: "?").map { String(container.address[$0...]) } ?? ""
    do throws(AWSConfigurationError) {
      endpoint = try AWSEndpoint.custom(
        String(container.address.dropLast(question.count)), source: "AWS_CONTAINER_CREDENTIALS_FULL_URI", region: "")
    } catch { throw ProviderError(error) }
    let request = HTTPRequest(
      "GET", endpoint.origin, (endpoint.path.isEmpty ? "/" : endpoint.path) + question, headers: headers,
      patience: HTTPPatience(connect: .seconds(2), firstByte: .seconds(5), idle: .seconds(5)))
    return try keys(in: try await fetch(request, doing: "ask the container's service", hints: []), from: "the container's service")
  }

  private func askMachine() async throws(ProviderError) -> AWSCredentials {
    let metadata: InstanceMetadata
    do throws(AWSConfigurationError) { metadata = try InstanceMetadata(surroundings) } catch { throw ProviderError(error) }
    let token = try await metadata.token()
    let folder = "meta-data/iam/security-credentials/"
    guard let list = try await metadata.get(folder, token: token),
      let role = String(decoding: list, as: UTF8.self).split(whereSeparator: \.isNewline).first,
      let document = try await metadata.get(folder + PercentEncoding.encode(String(role)), token: token)
    else {
      throw ProviderError(
        .unauthorised, "this machine has no role", hints: ["start it with an instance profile, or set credentials of your own"])
    }
    return try keys(in: document, from: "this machine's role")
  }

  private func keys(in document: [UInt8], from place: String) throws(ProviderError) -> AWSCredentials {
    guard let answer = try? JSON.decode(KeyDocument.self, from: Data(document)) else {
      throw ProviderError(.vendorFault, "\(place) answered with something else than credentials")
    }
    return try answer.credentials(from: place, now: surroundings.now())
  }

  private func fetch(_ request: HTTPRequest, doing: String, hints: [String]) async throws(ProviderError) -> [UInt8] {
    let head: HTTPResponseHead
    let body: [UInt8]
    do throws(HTTPError) {
      let response = try await surroundings.transport.send(request)
      head = response.head
      body = try await response.body.collect(limit: 1 << 20)
    } catch {
      throw ProviderError(error, doing: doing, isMutation: false)
    }
    guard head.isSuccess else {
      let refusal = ProviderError(AWSErrorAnswer(json: body, head: head), doing: doing, isMutation: false)
      throw ProviderError(
        refusal.code, refusal.message, vendorCode: refusal.vendorCode, requestID: refusal.requestID,
        hints: hints.isEmpty ? refusal.hints : hints)
    }
    return body
  }
}
