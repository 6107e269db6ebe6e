import Testing

@testable import RunAgent

@Suite("Masking secrets")
struct SecretMaskTests {
  /// What the mask promises, the slow way: every byte of any occurrence is hidden, overlapping occurrences become one mark.
  private static func naive(_ text: [UInt8], _ secrets: [[UInt8]]) -> [UInt8] {
    var ranges: [Range<Int>] = []
    for secret in secrets where secret.count >= SecretMask.shortestValue && secret.count <= text.count {
      for start in 0...(text.count - secret.count) where text[start..<(start + secret.count)].elementsEqual(secret) {
        ranges.append(start..<(start + secret.count))
      }
    }
    var result: [UInt8] = []
    var position = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if range.lowerBound >= position {
        result += text[position..<range.lowerBound] + SecretMask.mark
        position = range.upperBound
      }
      position = max(position, range.upperBound)
    }
    return result + text[min(position, text.count)...]
  }

  private static func masked(_ text: [UInt8], _ secrets: [String], cuts: [Int]) -> [UInt8] {
    guard var mask = SecretMask(secrets) else { return text }
    var result: [UInt8] = []
    var start = 0
    for cut in cuts + [text.count] where cut >= start {
      result += text[start..<cut].withUnsafeBytes { mask.mask($0) }
      start = cut
    }
    return result + mask.finish()
  }

  @Test("Any text, any secrets, cut anywhere: as if the whole had been replaced at once")
  func property() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<4_000 {
      // A small alphabet makes overlaps, nestings and near misses.
      let letters = Array("aab".utf8)
      let secrets = (0..<Int.random(in: 1...4)).map { _ in
        String(decoding: (0..<Int.random(in: 5...9)).map { _ in letters.randomElement(using: &random) ?? 97 }, as: UTF8.self)
      }
      var text = (0..<Int.random(in: 0...60)).map { _ in Array("aabb\n".utf8).randomElement(using: &random) ?? 97 }
      if let secret = secrets.randomElement() { text.insert(contentsOf: secret.utf8, at: Int.random(in: 0...text.count)) }
      let cuts = (0..<Int.random(in: 0...6)).map { _ in Int.random(in: 0...text.count) }.sorted()
      let expected = Self.naive(text, Set(secrets).map { Array($0.utf8) })
      let shown = Self.masked(text, secrets, cuts: cuts)
      if shown != expected {
        Issue.record("\(String(decoding: text, as: UTF8.self)) \(secrets) \(cuts): \(String(decoding: shown, as: UTF8.self))")
        return
      }
    }
  }

  @Test(
    "Nested, overlapping, touching, repeated",
    arguments: [
      (["secret", "my-secret-key"], "a my-secret-key b secret", "a *** b ***"),
      (["abcdef", "defghi"], "xabcdefghix", "x***x"),
      (["abcdef"], "abcdefabcdef", "******"),
      (["aaaaaa"], "aaaaaaaaaaaaaaab", "***b"),
      (["short", ""], "short", "short"),
      (["pässwörd"], "=pässwörd=", "=***="),
    ])
  func cases(secrets: [String], text: String, expected: String) {
    for size in 1...4 {
      let cuts = Array(stride(from: size, to: text.utf8.count, by: size))
      #expect(String(decoding: Self.masked(Array(text.utf8), secrets, cuts: cuts), as: UTF8.self) == expected)
    }
  }

  @Test("Only what may be the beginning of a secret is held back, and never for long")
  func holdBack() throws {
    var mask = try #require(SecretMask(["password"]))
    func show(_ text: String) -> String { String(decoding: Array(text.utf8).withUnsafeBytes { mask.mask($0) }, as: UTF8.self) }
    #expect(show("loss 0.1 no newline") == "loss 0.1 no newline")
    #expect(show("progress pass") == "progress ")
    #expect(show("ed") == "passed")
    #expect(show("passwor") == "")
    #expect(show("d!") == "***!")
    #expect(mask.finish().isEmpty)
    let endless = String(repeating: "passwor", count: 1_000)
    #expect(show(endless).utf8.count == endless.utf8.count - 7)
  }
}
