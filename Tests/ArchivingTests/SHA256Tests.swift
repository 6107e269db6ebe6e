import Cryptography
import FoundationEssentials
import Testing

@Suite("SHA-256")
struct SHA256Tests {
  // FIPS 180-4 examples (csrc.nist.gov, "Secure Hash Standard: examples with intermediate values").
  static let vectors: [(message: String, digest: String)] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
  ]

  @Test("The standard's own examples come out", arguments: vectors)
  func standardExamples(vector: (message: String, digest: String)) {
    #expect(SHA256.hexDigest(of: vector.message.utf8) == vector.digest)
    #expect(SHA256.hexDigest(of: Data(vector.message.utf8)) == vector.digest)
  }

  @Test("A digest does not depend on how its bytes were cut", arguments: [1, 3, 63, 64, 65, 1000])
  func pieces(size: Int) {
    let message = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    var digest = SHA256()
    for start in stride(from: 0, to: message.count, by: size) { digest.update(message[start..<min(start + size, message.count)]) }
    #expect(digest.finishHex() == SHA256.hexDigest(of: message))
  }

  @Test("A file longer than one read has the digest of its bytes")
  func file() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "sha256-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let bytes = Data(String(repeating: "a", count: 1_000_000).utf8) + Data(repeating: 7, count: 2_000_000)
    try bytes.write(to: URL(filePath: path))
    #expect(try SHA256.hexDigest(ofFile: path) == SHA256.hexDigest(of: bytes))
  }

  @Test("A missing file is named in the error")
  func missing() {
    #expect(throws: UnreadableFile(path: "/nonexistent/file", code: 2)) { try SHA256.hexDigest(ofFile: "/nonexistent/file") }
  }
}
