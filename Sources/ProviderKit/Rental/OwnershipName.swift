import FoundationEssentials

/// The name of something rented where there are no tags: `runpilot.rp_0001.INTENT.INSTALLATION.RUN.OWNER`. It says whose a thing is, and finds what
/// a lost answer made where a create takes no token.
///
/// Ids are UUIDs, written in 26 letters and digits (RFC 4648, base32hex without padding) to keep the name short.
public struct OwnershipName: Sendable, Equatable {
  private static let mark = "runpilot"
  private static let none = "-"

  /// For people.
  public var label: String
  /// The ledger's row, which is also the launch's token.
  public var intent: String
  /// The home's id.
  public var installation: String
  /// The run's uid; nil where that stands elsewhere.
  public var run: String?
  /// As much of it as there is room for.
  public var owner: String

  /// A name.
  public init(label: String, intent: String, installation: String, run: String? = nil, owner: String) {
    self.label = Self.plain(label, most: 24)
    self.intent = intent
    self.installation = installation
    self.run = run
    self.owner = Self.plain(owner, most: 40)
  }

  /// Reads a name; nil when it is none of ours.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 6, parts[0] == Self.mark, let intent = Self.unpacked(parts[2]), let installation = Self.unpacked(parts[3]),
      let run = Self.unpacked(parts[4])
    else { return nil }
    (label, self.intent, self.installation, owner) = (parts[1], intent, installation, parts[5])
    self.run = run == Self.none ? nil : run
  }

  /// As it is written.
  public var text: String {
    [Self.mark, label, Self.packed(intent), Self.packed(installation), run.map(Self.packed) ?? Self.none, owner].joined(separator: ".")
  }

  /// Letters, digits and what mail addresses have; nothing that splits a name but in the last part.
  private static func plain(_ text: String, most: Int) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "@._+-".contains($0)) ? $0 : "-" }.prefix(most))
  }

  private static let digits = Array("0123456789abcdefghijklmnopqrstuv".utf8)

  /// A UUID in 26 digits; what is none stays as it is.
  private static func packed(_ text: String) -> String {
    guard let uuid = UUID(uuidString: text) else { return text }
    var value = withUnsafeBytes(of: uuid.uuid) { $0.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } }
    var letters: [UInt8] = []
    for _ in 0..<26 {
      letters.append(digits[Int(value & 31)])
      value >>= 5
    }
    return String(decoding: letters.reversed(), as: UTF8.self)
  }

  private static func unpacked(_ text: String) -> String? {
    guard text.utf8.count == 26 else { return text.isEmpty ? nil : text }
    var value: UInt128 = 0
    for letter in text.utf8 {
      guard let digit = digits.firstIndex(of: letter) else { return nil }
      value = value << 5 | UInt128(digit)
    }
    let bytes = (0..<16).map { UInt8(truncatingIfNeeded: value >> UInt128(120 - 8 * $0)) }
    let hex = bytes.map { (String($0, radix: 16).count < 2 ? "0" : "") + String($0, radix: 16) }.joined()
    let cuts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
    let letters = Array(hex)
    return cuts.map { String(letters[$0]) }.joined(separator: "-")
  }
}
