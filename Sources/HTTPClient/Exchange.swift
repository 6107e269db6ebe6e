import Basics
import HTTPTransport
import Synchronization

/// One request and its answer, as seen from any thread.
final class Exchange: Sendable {
  let request: HTTPRequest
  let head = OneShot<Result<HTTPResponseHead, HTTPError>>()
  let body: ReceivedBytes
  /// For bodies whose source may have to wait.
  let upload: UploadQueue?
  /// Whether the request may have left this machine.
  let mayHaveArrived = Atomic(false)
  private let engine: CurlEngine
  private let hasEnded = Atomic(false)

  init(_ request: HTTPRequest, _ engine: CurlEngine) {
    self.request = request
    self.engine = engine
    body = ReceivedBytes()
    if case .stream(let length, let next) = request.body { upload = UploadQueue(length: length, next: next) } else { upload = nil }
  }

  var isOver: Bool { hasEnded.load(ordering: .acquiring) }

  /// Gives up; safe from any thread, and of no effect once the exchange is over.
  func cancel() {
    if isOver { return }
    finish(.failure(HTTPError(.cancelled, "\(request) was given up", mayHaveArrived: mayHaveArrived.load(ordering: .acquiring))))
    engine.submit(.cancel(self))
  }

  /// Says how it ended; only the first word counts.
  func finish(_ result: Result<Void, HTTPError>) {
    guard !hasEnded.exchange(true, ordering: .acquiringAndReleasing) else { return }
    if case .failure(let error) = result { head.resolve(.failure(error)) }
    upload?.close()
    body.end(result)
  }

  /// The reader has made room.
  func askForMore() { engine.submit(.receive(self)) }

  /// The source has more to send.
  func offerMore() { engine.submit(.send(self)) }
}
