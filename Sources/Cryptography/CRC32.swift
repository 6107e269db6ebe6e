import CDeflate
import CZlib

/// The checksum of zlib, gzip and object stores (ISO 3309), piece by piece. Finds accidents, not forgeries.
public struct CRC32: Sendable, Hashable {
  /// The checksum of the bytes so far.
  public private(set) var value: UInt32 = 0
  /// How many bytes there were.
  public private(set) var count: Int64 = 0

  /// The checksum of nothing.
  public init() {}

  /// The checksum of bytes in memory.
  public init(of bytes: some Sequence<UInt8>) {
    self.init()
    Array(bytes).withUnsafeBytes { update($0) }
  }

  /// Adds the next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    // Without an address libdeflate would start anew.
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
    value = libdeflate_crc32(value, start, bytes.count)
    count += Int64(bytes.count)
  }

  /// Adds bytes whose checksum is known already.
  public mutating func append(_ next: CRC32) {
    value = UInt32(truncatingIfNeeded: crc32_combine(UInt(value), UInt(next.value), Int(next.count)))
    count += next.count
  }

  /// The four bytes, most significant first.
  public var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
}
