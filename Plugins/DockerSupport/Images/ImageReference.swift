/// An image's name taken apart: where it comes from, what it is called, and which version of it.
public struct ImageReference: Sendable, Equatable {
  /// The registry's host, with its port; `docker.io` when the name says none.
  public let registry: String
  /// The name as written, without tag and digest: what the engine is asked to pull.
  public let name: String
  /// A tag such as `latest`, or a digest such as `sha256:…`, which wins over a tag.
  public let version: String

  /// Takes `text` apart; `latest` is meant when it names no version.
  public init(_ text: String) {
    var rest = Substring(text)
    var digest: Substring?
    if let at = rest.firstIndex(of: "@") {
      digest = rest[rest.index(after: at)...]
      rest = rest[..<at]
    }
    var tag: Substring?
    // A colon before the last slash belongs to a port.
    if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
      tag = rest[rest.index(after: colon)...]
      rest = rest[..<colon]
    }
    name = String(rest)
    version = String(digest ?? tag ?? "latest")
    // The first part is a host when it looks like one, as every client reads it.
    let first = rest.prefix { $0 != "/" }
    let isHost = first.count < rest.count && (first.contains(".") || first.contains(":") || first == "localhost")
    registry = isHost ? String(first) : Self.hub
  }

  /// The registry of names without a host.
  static let hub = "docker.io"
}
