import Basics
import FoundationEssentials
public import HTTPTransport
public import RunAgent
import Synchronization

/// Hears from an EC2 instance's metadata service (IMDSv2) that its spot capacity is taken back: `spot/instance-action` is 404 until then, and tells
/// of it about two minutes ahead.
/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html
public final class SpotNotice: InterruptionSource {
  /// The name by which an order asks for it.
  public static let kind = "ec2-spot"

  private struct Action: Decodable {
    var action: String
    var time: Date?
  }

  private let transport: any HTTPTransport
  private let origin: HTTPOrigin
  private let interval: Duration
  private let token = Mutex<String?>(nil)

  /// A listener. Contacts nothing before ``notice()``.
  /// - Parameters:
  ///   - environment: `AWS_EC2_METADATA_SERVICE_ENDPOINT` is looked up in it, an http address.
  ///   - interval: between two questions.
  public init(transport: any HTTPTransport, environment: [String: String], interval: Duration = .seconds(5)) {
    self.transport = transport
    self.interval = interval
    origin = Self.origin(environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"])
  }

  private static func origin(_ address: String?) -> HTTPOrigin {
    guard let url = address.flatMap({ URL(string: $0) }), url.scheme == "http", let host = url.host else {
      return .http(host: "169.254.169.254", port: 80)
    }
    return .http(host: host, port: UInt16(exactly: url.port ?? 80) ?? 80)
  }

  /// Asks again and again. A service that does not answer is asked again: it may be slow, and nobody else will say.
  public func notice() async -> InterruptionNotice? {
    while !Task.isCancelled {
      if let action = await ask() {
        return InterruptionNotice(at: action.time, detail: "spot capacity is taken back (\(action.action))")
      }
      try? await Task.sleep(for: interval)
    }
    return nil
  }

  private func ask() async -> Action? {
    guard let token = await currentToken() else { return nil }
    guard let (status, body) = await send("GET", "/latest/meta-data/spot/instance-action", ["X-aws-ec2-metadata-token": token]) else {
      return nil
    }
    if status == 401 { self.token.withLock { $0 = nil } }
    guard status == 200 else { return nil }
    // Whatever stands there, it is a notice: a form that is not known loses its time, not its message.
    return (try? JSON.decode(Action.self, from: Data(body))) ?? Action(action: "unknown", time: nil)
  }

  private func currentToken() async -> String? {
    if let known = token.withLock({ $0 }) { return known }
    guard let (status, body) = await send("PUT", "/latest/api/token", ["X-aws-ec2-metadata-token-ttl-seconds": "21600"]), status == 200
    else {
      return nil
    }
    let fresh = String(decoding: body, as: UTF8.self).trimmed()
    token.withLock { $0 = fresh }
    return fresh
  }

  private func send(_ method: String, _ path: String, _ headers: HTTPHeaders) async -> (status: Int, body: [UInt8])? {
    let patience = HTTPPatience(connect: .seconds(2), firstByte: .seconds(2), idle: .seconds(2), whole: .seconds(4))
    let request = HTTPRequest(method, origin, path, headers: headers, patience: patience)
    do throws(HTTPError) {
      let response = try await transport.send(request)
      return (response.head.status, try await response.body.collect(limit: 64 << 10))
    } catch {
      return nil
    }
  }
}
