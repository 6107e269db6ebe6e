import HTTPTransport

/// Lets so many exchanges with one origin go on at the same time; the others wait in the order they came.
struct OriginQueue {
  private struct Line {
    var active = 0
    var waiting: [Exchange] = []
  }

  /// At least one.
  var most = 64
  private var lines: [HTTPOrigin: Line] = [:]

  /// - Returns: the exchange, when it may begin at once.
  mutating func enter(_ exchange: Exchange) -> Exchange? {
    guard !exchange.isOver else { return nil }
    let origin = exchange.request.origin
    guard lines[origin, default: Line()].active < max(1, most) else {
      lines[origin]?.waiting.append(exchange)
      return nil
    }
    lines[origin, default: Line()].active += 1
    return exchange
  }

  /// One has ended.
  /// - Returns: the exchange whose turn it is now.
  mutating func leave(_ origin: HTTPOrigin) -> Exchange? {
    guard var line = lines[origin] else { return nil }
    let next = line.waiting.firstIndex { !$0.isOver }
    let turn = next.map { line.waiting[$0] }
    line.waiting.removeFirst(next.map { $0 + 1 } ?? line.waiting.count)
    if turn == nil { line.active -= 1 }
    lines[origin] = line.active == 0 ? nil : line
    return turn
  }

  /// One that waited was given up.
  mutating func drop(_ exchange: Exchange) { lines[exchange.request.origin]?.waiting.removeAll { $0 === exchange } }
}
