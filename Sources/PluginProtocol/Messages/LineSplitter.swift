/// Takes bytes as they come, and gives lines. Pure.
public struct LineSplitter: Sendable {
  private var pending: [UInt8] = []
  private let longest: Int

  /// A splitter that takes lines of so many bytes.
  public init(longest: Int = PluginProtocol.longestLine) { self.longest = longest }

  /// Adds bytes.
  /// - Returns: the lines that are complete now, without line feeds; empty ones are left out.
  /// - Throws: ``LineTooLong``; nothing that comes after is worth reading.
  public mutating func add(_ bytes: some Collection<UInt8>) throws(LineTooLong) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      pending += rest[..<end]
      rest = rest[rest.index(after: end)...]
      try check()
      if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
      if !pending.isEmpty { lines.append(pending) }
      pending = []
    }
    pending += rest
    try check()
    return lines
  }

  /// What came after the last line feed.
  public var remainder: [UInt8] { pending }

  private func check() throws(LineTooLong) {
    guard pending.count <= longest else { throw LineTooLong(beginning: String(decoding: pending.prefix(80), as: UTF8.self)) }
  }
}

/// A line longer than the protocol allows.
public struct LineTooLong: Error, Sendable, Equatable {
  /// How it begins.
  public let beginning: String
}
