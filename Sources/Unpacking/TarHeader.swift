/// One header of a tar archive (POSIX ustar, with pax and GNU's long names). Pure.
struct TarHeader: Equatable {
  enum Kind: Equatable {
    case file
    case folder
    case link
    /// A pax header for the next entry.
    case extended
    /// A pax header for all of them, which says nothing that we need.
    case global
    /// GNU's long name, or long link, of the next entry.
    case longName
    case longLink
    case other(UInt8)
  }

  static let blockSize = 512

  var name: String
  var link: String
  var kind: Kind
  var size: Int64
  var mode: UInt32

  /// Reads a block.
  /// - Returns: nil for one of zeros, which ends an archive.
  init?(_ block: [UInt8]) throws(UnpackError) {
    guard block.count == Self.blockSize else { throw UnpackError("a header is cut off") }
    guard block.contains(where: { $0 != 0 }) else { return nil }
    // The checksum is counted with spaces in its own place.
    let sum = block.indices.reduce(Int64(0)) { $0 + Int64((148..<156).contains($1) ? 0x20 : block[$1]) }
    guard try Self.number(block[148..<156]) == sum else { throw UnpackError("a header's checksum is wrong") }
    let isPOSIX = block[257..<262].elementsEqual("ustar".utf8)
    let isGNU = isPOSIX && block[262] == 0x20
    let prefix = isPOSIX && !isGNU ? Self.text(block[345..<500]) : ""
    name = (prefix.isEmpty ? "" : prefix + "/") + Self.text(block[0..<100])
    link = Self.text(block[157..<257])
    size = try Self.number(block[124..<136])
    mode = UInt32(truncatingIfNeeded: try Self.number(block[100..<108]))
    kind =
      switch block[156] {
      case 0, UInt8(ascii: "0"): .file
      case UInt8(ascii: "5"): .folder
      case UInt8(ascii: "2"): .link
      case UInt8(ascii: "x"): .extended
      case UInt8(ascii: "g"): .global
      case UInt8(ascii: "L"): .longName
      case UInt8(ascii: "K"): .longLink
      default: .other(block[156])
      }
  }

  /// How many bytes the content takes, filled up to whole blocks.
  static func padded(_ size: Int64) -> Int64 { (size + Int64(blockSize) - 1) / Int64(blockSize) * Int64(blockSize) }

  static func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }

  /// Octal digits; or, from the first bit on, binary.
  private static func number(_ field: ArraySlice<UInt8>) throws(UnpackError) -> Int64 {
    if let first = field.first, first & 0x80 != 0 {
      var value = Int64(first & 0x7F)
      for byte in field.dropFirst() {
        guard value <= Int64.max >> 8 else { throw UnpackError("a header holds a number that is too large") }
        value = value << 8 | Int64(byte)
      }
      return value
    }
    var value: Int64 = 0
    for byte in field.drop(while: { $0 == 0x20 }) {
      guard byte != 0, byte != 0x20 else { break }
      guard (0x30...0x37).contains(byte), value <= Int64.max >> 3 else { throw UnpackError("a header holds a number that is none") }
      value = value << 3 | Int64(byte - 0x30)
    }
    return value
  }

  /// The records of a pax header: `LENGTH KEY=VALUE\n`, the length counting itself.
  static func records(_ bytes: [UInt8]) throws(UnpackError) -> [String: String] {
    var records: [String: String] = [:]
    var rest = bytes[...]
    while !rest.isEmpty {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      guard let length = Int(String(decoding: digits, as: UTF8.self)), length > digits.count + 1, length <= rest.count else {
        throw UnpackError("an extended header is damaged")
      }
      let record = rest.prefix(length).dropFirst(digits.count + 1).dropLast()
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { throw UnpackError("an extended header is damaged") }
      records[String(decoding: record[..<equals], as: UTF8.self)] = String(decoding: record[(equals + 1)...], as: UTF8.self)
      rest = rest.dropFirst(length)
    }
    return records
  }
}
