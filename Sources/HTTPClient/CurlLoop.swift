import CCurl
import HTTPTransport
import Synchronization

/// Runs every transfer of a client on one thread, and waits for all of them at once.
final class CurlLoop {
  private typealias Instant = ContinuousClock.Instant

  private let engine: CurlEngine
  private var transfers: [ObjectIdentifier: Transfer] = [:]
  /// By the CURL's address.
  private var byEasy: [UnsafeMutableRawPointer: Transfer] = [:]
  private var queue = OriginQueue()
  /// CURLs that wait for their next transfer.
  private var spare: [UnsafeMutableRawPointer] = []
  /// No deadline passes before; nil when there is none.
  private var nextDeadline: Instant?
  private var isEnding = false
  private let sockets = SocketBook()

  private static let mostSpare = 64

  init(_ engine: CurlEngine) {
    self.engine = engine
    queue.most = engine.settings.options.exchangesPerOrigin
  }

  func run() {
    guard rp_curl_load() == 0, let multi = rp_curl_multi_init() else { return engine.stop(Self.missing) }
    _ = rp_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 128)
    engine.opened(multi)
    while true {
      for command in engine.take() { obey(command, multi) }
      if isEnding && transfers.isEmpty { break }
      _ = rp_curl_multi_perform(multi)
      for transfer in Array(transfers.values) { look(at: transfer, multi) }
      var code = CURLE_OK
      while let easy = rp_curl_multi_next_done(multi, &code) { end(easy, code, multi) }
      sockets.forgetLastWords()
      endLate(multi)
      _ = rp_curl_multi_poll(multi, millisecondsToWait())
    }
    engine.closed()
    for easy in spare { rp_curl_easy_cleanup(easy) }
    rp_curl_multi_cleanup(multi)
  }

  private func obey(_ command: CurlEngine.Command, _ multi: UnsafeMutableRawPointer) {
    switch command {
    case .add(let exchange):
      if let turn = queue.enter(exchange) { begin(turn, multi) }
    case .cancel(let exchange):
      if let transfer = transfers[ObjectIdentifier(exchange)] { remove(transfer, multi) } else { queue.drop(exchange) }
    case .receive(let exchange): resume(exchange, multi) { $0.resumeReceiving() }
    case .send(let exchange): resume(exchange, multi) { $0.resumeSending() }
    case .end: isEnding = true
    }
  }

  private func begin(_ exchange: Exchange, _ multi: UnsafeMutableRawPointer) {
    guard let easy = spare.popLast() ?? rp_curl_easy_init() else {
      exchange.finish(.failure(HTTPError(.unreachable, "no memory is left for a request", mayHaveArrived: false)))
      return leave(exchange, multi)
    }
    let transfer = Transfer(exchange, easy: easy, sockets: sockets, now: .now)
    transfer.configure(engine.settings)
    transfers[ObjectIdentifier(exchange)] = transfer
    byEasy[easy] = transfer
    _ = rp_curl_multi_add(multi, easy)
    watch(transfer)
  }

  private func resume(_ exchange: Exchange, _ multi: UnsafeMutableRawPointer, _ how: (Transfer) -> CURLcode) {
    guard let transfer = transfers[ObjectIdentifier(exchange)] else { return }
    let code = how(transfer)
    if code != CURLE_OK { end(transfer.easy, code, multi) } else { watch(transfer) }
  }

  /// After something may have come in or gone out.
  private func look(at transfer: Transfer, _ multi: UnsafeMutableRawPointer) {
    if transfer.hasUnflushed {
      transfer.hasUnflushed = false
      transfer.exchange.body.flush()
    }
    if transfer.clock.isInNewPhase {
      transfer.clock.noteNewPhase()
      watch(transfer)
    }
    if transfer.listensFirst { resume(transfer.exchange, multi) { $0.resumeSending() } }
  }

  private func end(_ easy: UnsafeMutableRawPointer, _ code: CURLcode, _ multi: UnsafeMutableRawPointer) {
    guard let transfer = byEasy[easy] else { return }
    let result = transfer.result(code)
    remove(transfer, multi)
    transfer.exchange.finish(result)
  }

  private func remove(_ transfer: Transfer, _ multi: UnsafeMutableRawPointer) {
    _ = rp_curl_multi_remove(multi, transfer.easy)
    transfers[ObjectIdentifier(transfer.exchange)] = nil
    byEasy[transfer.easy] = nil
    if spare.count < Self.mostSpare {
      rp_curl_easy_reset(transfer.easy)
      spare.append(transfer.easy)
    } else {
      rp_curl_easy_cleanup(transfer.easy)
    }
    leave(transfer.exchange, multi)
  }

  private func leave(_ exchange: Exchange, _ multi: UnsafeMutableRawPointer) {
    if let turn = queue.leave(exchange.request.origin) { begin(turn, multi) }
  }

  // MARK: Patience

  private func watch(_ transfer: Transfer) {
    guard let deadline = transfer.clock.deadline else { return }
    nextDeadline = nextDeadline.map { min($0, deadline) } ?? deadline
  }

  /// Deadlines move with every byte, so only when the earliest known one has come are all looked at.
  private func endLate(_ multi: UnsafeMutableRawPointer) {
    let now = Instant.now
    guard let next = nextDeadline, next <= now else { return }
    nextDeadline = nil
    for transfer in Array(transfers.values) {
      guard let deadline = transfer.clock.deadline, deadline <= now else {
        watch(transfer)
        continue
      }
      let exchange = transfer.exchange
      let error = HTTPError(
        .timedOut, "\(exchange.request.origin) \(transfer.clock.complaint(now: now)) in time",
        mayHaveArrived: exchange.mayHaveArrived.load(ordering: .acquiring))
      remove(transfer, multi)
      exchange.finish(.failure(error))
    }
  }

  private func millisecondsToWait() -> Int32 {
    guard let nextDeadline else { return 600_000 }
    let wait = Instant.now.duration(to: nextDeadline) / .milliseconds(1)
    return Int32(min(max(0, wait.rounded(.up)), 600_000))
  }

  private static var missing: HTTPError {
    let reason = String(cString: rp_curl_load_error())
    return HTTPError(
      .missingLibrary, "cannot use libcurl, which sends requests: \(reason)",
      hints: ["install it: `sudo apt-get install libcurl4`, or your distribution's package of the same kind"], mayHaveArrived: false)
  }
}
