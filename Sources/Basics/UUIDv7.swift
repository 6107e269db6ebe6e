public import FoundationEssentials

extension UUID {
  /// A version 7 UUID (RFC 9562, section 5.7): sorts by the time it was made, and no two homes make the same.
  public static func v7(at date: Date, using random: inout some RandomNumberGenerator) -> UUID {
    let milliseconds = UInt64(max(0, date.timeIntervalSince1970 * 1000))
    var bytes = [UInt8](repeating: 0, count: 16)
    for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> UInt64(8 * (5 - index))) }
    for index in 6..<16 { bytes[index] = UInt8.random(in: 0 ... .max, using: &random) }
    bytes[6] = bytes[6] & 0x0F | 0x70
    bytes[8] = bytes[8] & 0x3F | 0x80
    return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }
}
