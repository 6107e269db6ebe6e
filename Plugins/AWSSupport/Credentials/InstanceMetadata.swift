import HTTPTransport
public import ProviderKit

/// The service that tells a machine about itself, in its second version (IMDSv2): a token first, then the questions.
public struct InstanceMetadata: Sendable {
  private let endpoint: AWSEndpoint
  private let transport: any HTTPTransport

  /// At `AWS_EC2_METADATA_SERVICE_ENDPOINT`, or where every machine has it.
  /// - Throws: ``AWSConfigurationError`` when that is no address.
  public init(_ surroundings: AWSSurroundings) throws(AWSConfigurationError) {
    let six = surroundings["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"]?.lowercased() == "ipv6"
    let usual = six ? "http://[fd00:ec2::254]" : "http://169.254.169.254"
    endpoint = try AWSEndpoint.custom(
      surroundings["AWS_EC2_METADATA_SERVICE_ENDPOINT"] ?? usual, source: "AWS_EC2_METADATA_SERVICE_ENDPOINT", region: "")
    transport = surroundings.transport
  }

  /// Off a machine nobody answers, and nobody should wait long to find out.
  private static let patience = HTTPPatience(connect: .seconds(1), firstByte: .seconds(2), idle: .seconds(2))

  /// A token for the questions; it is good for six hours.
  /// - Throws: code `unreachable` where there is no such service.
  public func token() async throws(ProviderError) -> String {
    let request = HTTPRequest(
      "PUT", endpoint.origin, endpoint.path + "/latest/api/token", headers: ["X-aws-ec2-metadata-token-ttl-seconds": "21600"],
      patience: Self.patience)
    let (head, body) = try await exchange(request)
    let token = String(decoding: body, as: UTF8.self)
    guard head.isSuccess, !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw ProviderError(
        .unreachable, "the metadata service at \(endpoint.origin) gave no token (status \(head.status))",
        hints: head.status == 403 ? ["the machine was started with its metadata service off"] : [])
    }
    return token
  }

  /// The answer to one question, such as `meta-data/placement/region`; nil for 404.
  public func get(_ path: String, token: String) async throws(ProviderError) -> [UInt8]? {
    let request = HTTPRequest(
      "GET", endpoint.origin, "\(endpoint.path)/latest/\(path)", headers: ["X-aws-ec2-metadata-token": token], patience: Self.patience)
    let (head, body) = try await exchange(request)
    if head.status == 404 { return nil }
    guard head.isSuccess else { throw ProviderError(.unreachable, "the metadata service answers \(head.status) to \(path)") }
    return body
  }

  private func exchange(_ request: HTTPRequest) async throws(ProviderError) -> (HTTPResponseHead, [UInt8]) {
    do throws(HTTPError) {
      let response = try await transport.send(request)
      return (response.head, try await response.body.collect(limit: 1 << 20))
    } catch {
      throw ProviderError(error, doing: "ask the metadata service", isMutation: false)
    }
  }
}
