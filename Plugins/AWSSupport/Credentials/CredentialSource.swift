import Basics

/// Where credentials come from: decided from the environment and the shared files alone, before anybody is asked.
indirect enum CredentialSource: Sendable, Equatable {
  /// Keys that are at hand.
  case keys(AWSCredentials, from: String)
  /// A role that other credentials may take.
  case role(RoleRequest, taker: CredentialSource)
  /// A role for whoever holds a token in a file.
  case webIdentity(WebIdentity)
  /// A session that `aws sso login` began.
  case sso(SingleSignOn)
  /// A program that prints them.
  case program([String], place: String)
  /// The service of a container platform.
  case container(ContainerCredentials)
  /// The machine's own role.
  case machine

  /// A role to take.
  struct RoleRequest: Sendable, Equatable {
    var arn: String
    var session: String
    var externalID: String?
    var seconds: Int64?
    /// Where it is asked for, as `path:line`.
    var place: String
  }

  /// A role and the token that proves a right to it.
  struct WebIdentity: Sendable, Equatable {
    var tokenFile: String
    var arn: String
    var session: String
    var place: String
  }

  /// Whom a single sign-on made us.
  struct SingleSignOn: Sendable, Equatable {
    /// What the cached token's file is named after.
    var cacheKey: String
    var region: String
    var account: String
    var role: String
    var profile: String
  }

  /// Who hands out credentials to containers.
  struct ContainerCredentials: Sendable, Equatable {
    var address: String
    var authorization: Authorization

    enum Authorization: Sendable, Equatable {
      case none
      case value(Secret)
      case file(String)
    }
  }

  /// In a few words, for `doctor`.
  var summary: String {
    switch self {
    case .keys(_, let place): "keys from \(place)"
    case .role(let role, let taker): "role \(role.arn), taken with \(taker.summary)"
    case .webIdentity(let identity): "role \(identity.arn) by the token in \(identity.tokenFile)"
    case .sso(let login): "single sign-on of profile \(login.profile), role \(login.role) in account \(login.account)"
    case .program(let words, _): "program \(words.first ?? "")"
    case .container(let container): "the container's service at \(container.address)"
    case .machine: "this machine's own role"
    }
  }
}
