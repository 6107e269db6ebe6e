import Basics

/// The last of what a plugin wrote to stderr, without the credentials that it was given.
struct ErrorTail: Sendable {
  static let limit = 64 << 10
  /// Shorter values are in every second line by chance.
  private static let shortestSecret = 6

  private var bytes: [UInt8] = []
  private var wasCut = false

  /// Adds what came.
  mutating func add(_ more: some Collection<UInt8>) {
    bytes += more
    guard bytes.count > Self.limit else { return }
    bytes.removeFirst(bytes.count - Self.limit)
    wasCut = true
  }

  /// Everything that is kept, with `***` for each secret. A line whose beginning is lost is left out: half a secret could not be told.
  func text(hiding secrets: [Secret]) -> String {
    var kept = bytes[...]
    if wasCut { kept = kept.drop { $0 != UInt8(ascii: "\n") } }
    var text = String(decoding: kept, as: UTF8.self)
    for secret in secrets {
      secret.withExposed { value in
        if value.utf8.count >= Self.shortestSecret { text = text.replacing(value, with: "***") }
      }
    }
    return text.trimmed()
  }

  /// The last line that says something.
  func lastLine(hiding secrets: [Secret]) -> String? {
    text(hiding: secrets).split(separator: "\n").last.map { String($0.prefix(300)) }
  }
}
