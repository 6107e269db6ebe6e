import Basics
public import HTTPTransport
import Synchronization

/// What became of the wish to change to a raw stream.
public enum Upgrade: Sendable {
  case stream(DirectStream)
  /// The server answered something else; its body is at most a megabyte of it.
  case refused(HTTPResponseHead, body: [UInt8])
}

/// One request for a raw stream, carried out on a thread of its own.
final class UpgradeAttempt: Sendable {
  let outcome = OneShot<Result<Upgrade, HTTPError>>()
  private let request: HTTPRequest
  private let protocolName: String
  private let dialler: Dialler
  private let limits: ResponseLimits
  private let wire = Mutex<Wire?>(nil)

  init(_ request: HTTPRequest, protocolName: String, dialler: Dialler, limits: ResponseLimits) {
    self.request = request
    self.protocolName = protocolName
    self.dialler = dialler
    self.limits = limits
  }

  func cancel() {
    wire.withLock { $0?.cut() }
    fail(HTTPError(.cancelled, "\(request) was given up", mayHaveArrived: true))
  }

  func fail(_ error: HTTPError) { outcome.resolve(.failure(error)) }

  func run() {
    do throws(HTTPError) { outcome.resolve(.success(try perform())) } catch { fail(error) }
  }

  private func perform() throws(HTTPError) -> Upgrade {
    let bytes = try RequestHead.bytes(for: request, upgrade: protocolName)
    let waits = Waits(request.patience)
    let wire = try dialler.dial(request.origin, waits.connect)
    self.wire.withLock { $0 = wire }
    try RequestWriter(wire: wire, waits: waits).write(bytes, request.body)
    var reader = ResponseReader(wire: wire, method: request.method, limits: limits, waits: waits)
    while true {
      guard case .head(let head) = try reader.next() else { continue }
      // Engines older than the Upgrade header answer 200 and go on raw.
      let isFramed = head.headers["Content-Length"] != nil || head.headers["Transfer-Encoding"] != nil
      guard head.status == 101 || (head.status == 200 && !isFramed) else { return .refused(head, body: Self.rest(&reader)) }
      return .stream(DirectStream(wire, early: Array(reader.input)))
    }
  }

  /// A broken-off explanation is better than none.
  private static func rest(_ reader: inout ResponseReader) -> [UInt8] {
    var body: [UInt8] = []
    while body.count < 1 << 20, let event = try? reader.next(), case .body(let piece) = event { body += piece }
    return body
  }
}
