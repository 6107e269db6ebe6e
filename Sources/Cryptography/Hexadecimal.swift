/// Bytes written as lower-case hexadecimal digits.
public enum Hexadecimal {
  /// Two digits for each byte, in order.
  public static func string(_ bytes: some Collection<UInt8>) -> String { string(Array(bytes)) }

  /// Two digits for each byte, in order.
  public static func string(_ bytes: [UInt8]) -> String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
      for (index, byte) in bytes.enumerated() {
        buffer[index * 2] = digit(byte >> 4)
        buffer[index * 2 + 1] = digit(byte & 15)
      }
      return bytes.count * 2
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10 }
}
