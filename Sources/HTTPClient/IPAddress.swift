import Glibc

/// An IPv4 or IPv6 address.
struct IPAddress: Sendable, Equatable {
  /// Four or sixteen, in network order.
  let bytes: [UInt8]

  /// Reads an address without brackets or a port; nil for a name.
  init?(_ text: some StringProtocol) {
    var bytes = [UInt8](repeating: 0, count: 16)
    let text = String(text)
    if inet_pton(AF_INET, text, &bytes) == 1 {
      self.bytes = Array(bytes[..<4])
    } else if inet_pton(AF_INET6, text, &bytes) == 1 {
      self.bytes = bytes
    } else {
      return nil
    }
  }

  /// On this machine, or on its link: 127/8, 169.254/16, ::1, fe80::/10.
  var isLocal: Bool {
    if bytes.count == 4 { return bytes[0] == 127 || (bytes[0] == 169 && bytes[1] == 254) }
    return bytes == Array(repeating: 0, count: 15) + [1] || (bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80)
  }
}

/// Addresses that begin alike: `10.0.0.0/8`, or a single address.
struct IPNetwork: Sendable, Equatable {
  private let base: IPAddress
  private let bits: Int

  init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let base = IPAddress(first) else { return nil }
    self.base = base
    let most = base.bytes.count * 8
    guard parts.count == 2 else {
      bits = most
      return
    }
    guard let bits = Int(parts[1]), (0...most).contains(bits) else { return nil }
    self.bits = bits
  }

  func contains(_ address: IPAddress) -> Bool {
    guard address.bytes.count == base.bytes.count else { return false }
    return (0..<bits).allSatisfy { bit in (address.bytes[bit / 8] ^ base.bytes[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0 }
  }
}
