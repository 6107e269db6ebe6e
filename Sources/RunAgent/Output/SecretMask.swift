import CSupport
import Glibc

/// Replaces secret values by `***` in a stream that comes in pieces of any size.
///
/// Every byte that belongs to any occurrence of any value is hidden; values that overlap become one mark. Only bytes that may be the beginning
/// of a value are held back, at most the longest value's length less one, until the next piece or the end shows what they are: they are
/// not shown earlier, however long the job is silent, for then half a secret would stand in the log.
struct SecretMask {
  /// Shorter values are too common in ordinary text to be masked.
  static let shortestValue = 6
  /// What stands for a value.
  static let mark = Array("***".utf8)

  private let values: [[UInt8]]
  /// Undecided bytes.
  private var held: [UInt8] = []
  /// How many bytes at the beginning of `held` belong to a mark that was written already.
  private var covered = 0

  /// A mask for these values; nil when none of them can be masked, so that the stream needs no mask at all.
  init?(_ values: some Sequence<String>) {
    self.values = Set(values.map { Array($0.utf8) }).filter { $0.count >= Self.shortestValue }.sorted { $0.count > $1.count }
    if self.values.isEmpty { return nil }
  }

  /// The next piece, as it may be shown.
  mutating func mask(_ piece: UnsafeRawBufferPointer) -> [UInt8] {
    held.append(contentsOf: piece)
    let (visible, rest) = held.withUnsafeBytes { window in
      let boundary = values.reduce(window.count) { min($0, Self.openStart($1, in: window)) }
      return (reveal(window, upTo: boundary), boundary)
    }
    covered = max(0, visible.maskedUpTo - rest)
    held.removeFirst(rest)
    return visible.bytes
  }

  /// What is left at the end of the stream.
  mutating func finish() -> [UInt8] {
    let bytes = held.withUnsafeBytes { reveal($0, upTo: $0.count).bytes }
    held = []
    covered = 0
    return bytes
  }

  /// Writes everything before `boundary`, with marks. A mark that reaches beyond it is written whole, once.
  private func reveal(_ window: UnsafeRawBufferPointer, upTo boundary: Int) -> (bytes: [UInt8], maskedUpTo: Int) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(boundary)
    var maskedUpTo = covered
    for match in matches(in: window) where match.lowerBound < boundary {
      if match.lowerBound >= maskedUpTo {
        bytes.append(contentsOf: window[maskedUpTo..<match.lowerBound])
        bytes.append(contentsOf: Self.mark)
      }
      maskedUpTo = max(maskedUpTo, match.upperBound)
    }
    if maskedUpTo < boundary { bytes.append(contentsOf: window[maskedUpTo..<boundary]) }
    return (bytes, maskedUpTo)
  }

  /// Every occurrence of every value, in the order in which they begin.
  private func matches(in window: UnsafeRawBufferPointer) -> [Range<Int>] {
    guard let base = window.baseAddress else { return [] }
    var found: [Range<Int>] = []
    for value in values {
      var from = 0
      while from + value.count <= window.count,
        let hit = value.withUnsafeBytes({ rp_find(base + from, window.count - from, $0.baseAddress, $0.count) })
      {
        let start = hit - base
        found.append(start..<(start + value.count))
        from = start + 1
      }
    }
    return found.sorted { $0.lowerBound < $1.lowerBound }
  }

  /// Where the longest end of `window` begins that is the beginning of `value` and not all of it; its count when there is none.
  private static func openStart(_ value: [UInt8], in window: UnsafeRawBufferPointer) -> Int {
    value.withUnsafeBytes { value in
      guard let base = window.baseAddress, let first = value.baseAddress else { return window.count }
      var start = max(0, window.count - value.count + 1)
      while start < window.count, memcmp(base + start, first, window.count - start) != 0 { start += 1 }
      return start
    }
  }
}
