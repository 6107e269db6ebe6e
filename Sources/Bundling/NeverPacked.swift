import Ignoring

/// What never leaves this machine, whatever the ignore files say: secrets by their usual names, and private keys by what is in them.
public struct NeverPacked: Sendable {
  private let files: IgnoreRules
  private let folders: IgnoreRules
  private static let folderNames = """
    .env*/
    .ssh/
    .gnupg/
    .kube/
    """
  private static let fileNames = """
    .env*
    *.env
    id_rsa
    id_dsa
    id_ecdsa
    id_ecdsa_sk
    id_ed25519
    id_ed25519_sk
    *.key
    *.p12
    *.pfx
    *.ppk
    *.jks
    *.keystore
    *.kdbx
    .netrc
    _netrc
    .pgpass
    .my.cnf
    .git-credentials
    .htpasswd
    .pypirc
    .npmrc
    .boto
    .s3cfg
    .vault-token
    credentials
    .credentials
    credentials.json
    credentials.csv
    credentials.toml
    credentials.y*ml
    credentials.ini
    *[-_]credentials.json
    *accesskeys.csv
    client_secret*.json
    service[-_]account*.json
    .huggingface/token
    .cache/huggingface/token
    """

  /// The usual names, and more in the same language as ignore files: where the vendors' own programs keep what they know. Those that end in a slash
  /// are folders, the others files.
  public init(more: [String] = []) {
    files = IgnoreRules(([Self.fileNames] + more.filter { !$0.hasSuffix("/") }).joined(separator: "\n"))
    folders = IgnoreRules(([Self.folderNames] + more.filter { $0.hasSuffix("/") }).joined(separator: "\n"))
  }

  /// Why a path is left out by its name; nil when it is not. Case does not count.
  func reason(_ path: String, isFolder: Bool) -> String? {
    let rules = isFolder ? folders : files
    return rules.verdict(on: path.lowercased(), isFolder: isFolder) == .ignored ? "by its name it holds secrets" : nil
  }

  /// Why a file is left out by its first bytes; nil when it is not.
  func reason(firstBytes: [UInt8]) -> String? {
    let text = String(decoding: firstBytes, as: UTF8.self)
    let isKey = text.contains("-----BEGIN ") && text.contains("PRIVATE KEY") || text.hasPrefix("PuTTY-User-Key-File")
    return isKey ? "it holds a private key" : nil
  }
}
