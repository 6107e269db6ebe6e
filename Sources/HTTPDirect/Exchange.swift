import Basics
import HTTPTransport
import Synchronization

/// One request and its answer, carried out on a thread of its own.
final class Exchange: Sendable {
  private struct State {
    var wire: Wire?
    var isAnswered = false
    var isOver = false
  }

  let head = OneShot<Result<HTTPResponseHead, HTTPError>>()
  let body = BodyHandover()
  private let request: HTTPRequest
  private let dialler: Dialler
  private let pool: WirePool
  private let limits: ResponseLimits
  private let waits: Waits
  private let state = Mutex(State())

  init(_ request: HTTPRequest, dialler: Dialler, pool: WirePool, limits: ResponseLimits) {
    self.request = request
    self.dialler = dialler
    self.pool = pool
    self.limits = limits
    waits = Waits(request.patience)
  }

  /// Gives up; safe from any thread, and of no effect once the exchange is over.
  func cancel() {
    let wasOver = state.withLock { state in
      defer { state.isOver = true }
      state.wire?.cut()
      return state.isOver
    }
    if !wasOver { fail(HTTPError(.cancelled, "\(request) was given up", mayHaveArrived: true)) }
  }

  func fail(_ error: HTTPError) {
    head.resolve(.failure(error))
    body.end(.failure(error))
  }

  /// Does everything; returns when the body has been handed over.
  func run() {
    do throws(HTTPError) {
      let bytes = try RequestHead.bytes(for: request)
      if let idle = pool.take(request.origin) {
        do throws(HTTPError) { return try perform(bytes, on: idle) } catch { guard mayRepeat(error) else { throw error } }
      }
      try perform(bytes, on: try dialler.dial(request.origin, waits.connect))
    } catch {
      fail(error)
    }
  }

  /// Whether a request that failed on a connection it had not opened itself may be sent again on a new one: the server may just have closed
  /// it for having been idle. Only what does the same twice as once is repeated (RFC 9110, section 9.2.2).
  private func mayRepeat(_ error: HTTPError) -> Bool {
    guard error.kind == .closed, case .none = request.body else { return false }
    let isUnanswered = state.withLock { !$0.isOver && !$0.isAnswered }
    return isUnanswered && request.isIdempotent
  }

  private func perform(_ bytes: [UInt8], on wire: Wire) throws(HTTPError) {
    let goesOn = state.withLock { state in
      if !state.isOver { state.wire = wire }
      return !state.isOver
    }
    guard goesOn else { return }
    var sending: HTTPError?
    do throws(HTTPError) {
      try RequestWriter(wire: wire, waits: waits).write(bytes, request.body)
    } catch {
      // A server may answer, such as "too large", and close before it has read everything: its answer says more than our failure.
      guard error.kind == .closed else { throw error }
      sending = error
    }
    do throws(HTTPError) { try receive(on: wire, mayKeep: sending == nil) } catch { throw sending ?? error }
  }

  private func receive(on wire: Wire, mayKeep: Bool) throws(HTTPError) {
    var reader = ResponseReader(wire: wire, method: request.method, limits: limits, waits: waits)
    while true {
      switch try reader.next() {
      case .interim: continue
      case .head(let answer):
        state.withLock { $0.isAnswered = true }
        head.resolve(.success(answer))
      case .body(let piece): guard body.push(piece) else { return wire.cut() }
      case .end:
        let isOver = state.withLock { state in
          defer { state = State(isAnswered: true, isOver: true) }
          return state.isOver
        }
        if reader.keepsConnection && mayKeep && !isOver { pool.put(wire, for: request.origin) }
        return body.end(.success(()))
      }
    }
  }
}
