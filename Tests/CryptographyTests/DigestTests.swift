import Basics
import Cryptography
import Testing

@Suite("Digests")
struct DigestTests {
  @Test(
    "HMAC-SHA256 gives what RFC 4231 says",
    arguments: [
      ([UInt8](repeating: 0x0B, count: 20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
      (Array("Jefe".utf8), "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
      (
        [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
    ])
  func hmac(key: [UInt8], message: String, code: String) {
    #expect(Hexadecimal.string(HMAC256.code(for: Array(message.utf8), key: key)) == code)
  }

  @Test("CRC-32 gives the check value of its catalogue, whole, in pieces, and joined")
  func crc() {
    let bytes = Array("123456789".utf8)
    #expect(CRC32(of: bytes).value == 0xCBF4_3926)
    for split in 0...bytes.count {
      var pieces = CRC32(of: bytes[..<split])
      pieces.append(CRC32(of: bytes[split...]))
      #expect(pieces.value == 0xCBF4_3926 && pieces.count == 9)
    }
  }

  @Test("MD5 gives what RFC 1321 says")
  func md5() throws {
    #expect(Hexadecimal.string(try #require(MD5.digest(of: Array("message digest".utf8)))) == "f96b697d7cb7938d525a2f31aaf161d0")
  }

  @Test("MD5 is the same in pieces")
  func pieces() throws {
    let digest = try #require(MD5())
    for byte in Array("message digest".utf8) { digest.update([byte]) }
    #expect(digest.finish() == MD5.digest(of: "message digest".utf8))
  }

  @Test("a key does not show itself")
  func secrecy() {
    var shown = ""
    dump(HMAC256.Key([1, 2, 3]), to: &shown)
    #expect(shown == "- ‹redacted›\n")
  }
}
