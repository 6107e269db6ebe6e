import FoundationEssentials
public import HTTPTransport
public import ProviderKit

/// Where RunPod's API is.
public struct RunPodAddress: Sendable, Equatable {
  /// RunPod's own.
  public static let usual = "https://api.runpod.io"
  /// The variable by which a pod is told of another one.
  public static let variable = "RUNPILOT_RUNPOD_API"

  /// As it was written.
  public let text: String
  /// Who is asked.
  public let origin: HTTPOrigin
  /// What comes before the paths of the API; without a slash at its end.
  public let path: String

  /// Reads an address; RunPod's own when nil.
  /// - Throws: code `invalidRequest` for what is no address.
  public init(_ text: String? = nil) throws(ProviderError) {
    let text = text ?? Self.usual
    guard let url = URL(string: text), let host = url.host, !host.isEmpty, url.query == nil, let scheme = url.scheme,
      let port = UInt16(exactly: url.port ?? (scheme == "https" ? 443 : 80))
    else { throw Self.noAddress(text) }
    switch scheme {
    case "https": origin = .https(host: host, port: port)
    case "http": origin = .http(host: host, port: port)
    default: throw Self.noAddress(text)
    }
    self.text = text
    path = url.path.hasSuffix("/") ? String(url.path.dropLast()) : url.path
  }

  private static func noAddress(_ text: String) -> ProviderError {
    ProviderError(.invalidRequest, "'\(text)' is no address of an API", hints: ["leave `api_url` out: RunPod's own is \(usual)"])
  }
}
