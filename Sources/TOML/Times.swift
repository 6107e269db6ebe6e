import Documents

/// Dates and times: RFC 3339, and its parts.
enum Times {
  /// The time a word is, or nil when it is none or names a day or hour that does not exist.
  static func value(_ word: ArraySlice<UInt8>) -> DocumentDateTime? {
    var text = String(decoding: word, as: UTF8.self).uppercased()
    let bytes = Array(text.utf8)
    if bytes.count >= 8, bytes[2] == 0x3A { return isTime(bytes[...]) ? DocumentDateTime(kind: .localTime, text: text) : nil }
    guard bytes.count >= 10, isRealDate(bytes[..<10]) else { return nil }
    guard bytes.count > 10 else { return DocumentDateTime(kind: .localDate, text: text) }
    guard bytes[10] == 0x54 || bytes[10] == 0x20 else { return nil }
    text = String(decoding: bytes[..<10] + [0x54] + bytes[11...], as: UTF8.self)
    let clock = bytes[11...]
    if let zone = clock.firstIndex(where: { $0 == 0x5A || $0 == 0x2B || $0 == 0x2D }) {
      guard isTime(clock[..<zone]), isZone(clock[zone...]) else { return nil }
      return DocumentDateTime(kind: .offsetDateTime, text: text)
    }
    return isTime(clock) ? DocumentDateTime(kind: .localDateTime, text: text) : nil
  }

  /// Whether a word has the form of a date, real or not.
  static func isDate(_ word: ArraySlice<UInt8>) -> Bool {
    word.count == 10 && number(word.prefix(4)) != nil && word.dropFirst(4).first == 0x2D && word.dropFirst(7).first == 0x2D
  }

  private static func isRealDate(_ word: ArraySlice<UInt8>) -> Bool {
    guard isDate(word), let year = number(word.prefix(4)), let month = number(word.dropFirst(5).prefix(2)),
      let day = number(word.dropFirst(8).prefix(2)), (1...12).contains(month)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return day >= 1 && day <= lengths[month - 1]
  }

  /// `17:45:00` with any fraction; a leap second may be 60.
  private static func isTime(_ word: ArraySlice<UInt8>) -> Bool {
    guard word.count >= 8, let hour = number(word.prefix(2)), let minute = number(word.dropFirst(3).prefix(2)),
      let second = number(word.dropFirst(6).prefix(2)), word.dropFirst(2).first == 0x3A, word.dropFirst(5).first == 0x3A,
      hour < 24, minute < 60, second <= 60
    else { return false }
    let fraction = word.dropFirst(8)
    return fraction.isEmpty || fraction.first == 0x2E && fraction.count > 1 && fraction.dropFirst().allSatisfy(Parser.isDigit)
  }

  private static func isZone(_ word: ArraySlice<UInt8>) -> Bool {
    if word.count == 1 { return word.first == 0x5A }
    guard word.count == 6, word.first != 0x5A, word.dropFirst(3).first == 0x3A, let hour = number(word.dropFirst().prefix(2)),
      let minute = number(word.dropFirst(4).prefix(2))
    else { return false }
    return hour < 24 && minute < 60
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard !digits.isEmpty, digits.allSatisfy(Parser.isDigit) else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
