import CSupport

/// Finds METRIC lines in a log that comes in pieces of any size, without touching what is no metric more than once.
///
/// A line ends at a newline or a carriage return (progress bars write those); blanks before `METRIC` are fine.
/// Of a line that is not finished at the end of a piece only what may still become a metric is kept, at most ``longestLine`` bytes.
struct MetricScanner {
  /// A longer line is no metric.
  static let longestLine = 64 << 10

  private enum State: Equatable {
    /// At the beginning of a line, or inside one of which `kept` may yet become a metric.
    case candidate
    /// Inside a line that is none.
    case skipping
  }
  private var state = State.candidate
  private var kept: [UInt8] = []

  /// Looks through the next piece; calls `found` with what follows `METRIC ` for each line in it.
  mutating func scan(_ piece: UnsafeRawBufferPointer, _ found: (UnsafeRawBufferPointer) -> Void) {
    var position = 0
    if state == .skipping || !kept.isEmpty {
      let end = Self.lineEnd(piece, from: 0)
      if state == .candidate { keep(piece, 0, end ?? piece.count) }
      guard let end else { return }
      finishKept(found)
      position = end + 1
    }
    while let line = Self.nextMetric(piece, from: position) {
      guard let end = Self.lineEnd(piece, from: line.body) else {
        kept.removeAll(keepingCapacity: true)
        keep(piece, line.start, piece.count)
        return
      }
      if end - line.start <= Self.longestLine { found(Self.slice(piece, line.body, end)) }
      position = end + 1
    }
    rememberTail(piece, from: position)
  }

  /// The log is at its end: a last line without a newline counts too.
  mutating func finish(_ found: (UnsafeRawBufferPointer) -> Void) { finishKept(found) }

  private mutating func finishKept(_ found: (UnsafeRawBufferPointer) -> Void) {
    defer {
      kept.removeAll(keepingCapacity: true)
      state = .candidate
    }
    guard state == .candidate else { return }
    kept.withUnsafeBytes { line in
      if case .metric(let body) = Self.classify(line) { found(Self.slice(line, body, line.count)) }
    }
  }

  /// Keeps part of an unfinished line, as long as it may be a metric.
  private mutating func keep(_ piece: UnsafeRawBufferPointer, _ start: Int, _ end: Int) {
    guard kept.count + end - start <= Self.longestLine else { return skip() }
    kept.append(contentsOf: piece[start..<end])
    if kept.withUnsafeBytes({ Self.classify($0) == .other }) { skip() }
  }

  private mutating func skip() {
    kept = []
    state = .skipping
  }

  /// The unfinished last line holds no whole `METRIC `: is it the beginning of one?
  private mutating func rememberTail(_ piece: UnsafeRawBufferPointer, from position: Int) {
    var start = position
    if let last = Self.lastLineEnd(piece, from: position) { start = last + 1 }
    if start < piece.count { keep(piece, start, piece.count) }
  }

  // MARK: pure parts

  private enum Kind: Equatable {
    /// What follows the prefix begins here.
    case metric(body: Int)
    /// Too short to tell.
    case open
    case other
  }

  private static func classify(_ line: UnsafeRawBufferPointer) -> Kind {
    guard let first = line.firstIndex(where: { !isBlank($0) }) else { return .open }
    let have = min(line.count - first, MetricLine.prefix.count)
    guard line[first..<(first + have)].elementsEqual(MetricLine.prefix.prefix(have)) else { return .other }
    return have == MetricLine.prefix.count ? .metric(body: first + have) : .open
  }

  private static func nextMetric(_ piece: UnsafeRawBufferPointer, from position: Int) -> (start: Int, body: Int)? {
    var from = position
    while let hit = find(piece, from: from) {
      var start = hit
      while start > position, isBlank(piece[start - 1]) { start -= 1 }
      if start == position || isLineEnd(piece[start - 1]) { return (start, hit + MetricLine.prefix.count) }
      from = hit + MetricLine.prefix.count
    }
    return nil
  }

  private static func find(_ piece: UnsafeRawBufferPointer, from: Int) -> Int? {
    guard from < piece.count, let base = piece.baseAddress else { return nil }
    let hit = MetricLine.prefix.withUnsafeBytes { rp_find(base + from, piece.count - from, $0.baseAddress, $0.count) }
    return hit.map { $0 - base }
  }

  private static func lineEnd(_ piece: UnsafeRawBufferPointer, from: Int) -> Int? {
    guard from < piece.count, let base = piece.baseAddress else { return nil }
    let end = rp_find_line_end(base + from, piece.count - from)
    return end.map { $0 - base }
  }

  private static func lastLineEnd(_ piece: UnsafeRawBufferPointer, from: Int) -> Int? {
    var index = piece.count
    // A tail longer than the longest line is no metric however it begins.
    let lowest = max(from, piece.count - longestLine - 1)
    while index > lowest {
      index -= 1
      if isLineEnd(piece[index]) { return index }
    }
    return nil
  }

  private static func slice(_ piece: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: piece[start..<end])
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
  private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
}
