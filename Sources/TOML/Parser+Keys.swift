import Documents

extension Parser {
  /// `a."b c".d`, with white space around the dots, and what follows it.
  mutating func dottedKey() throws(SourceDiagnostic) -> [KeyPart] {
    var parts = [try keyPart()]
    cursor.skipBlanks()
    while cursor.next == 0x2E {
      cursor.advance()
      cursor.skipBlanks()
      parts.append(try keyPart())
      cursor.skipBlanks()
    }
    guard parts.count <= limits.depth else { throw cursor.error("this key has more than \(limits.depth) parts") }
    return parts
  }

  private mutating func keyPart() throws(SourceDiagnostic) -> KeyPart {
    let position = cursor.position()
    if cursor.next == 0x22 || cursor.next == 0x27 {
      if cursor.starts(with: "\"\"\"") || cursor.starts(with: "'''") { throw cursor.error("a key cannot span lines") }
      return KeyPart(name: try string(), position: position)
    }
    let name = cursor.take(while: Self.isBareKey)
    guard !name.isEmpty else {
      throw cursor.error(
        "a key must stand here, not \(cursor.nextInWords)", hints: ["bare keys hold letters, digits, '_' and '-'; others need quotes"])
    }
    return KeyPart(name: String(decoding: name, as: UTF8.self), position: position)
  }

  static func isBareKey(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x5F, 0x2D: true
    default: false
    }
  }
}
