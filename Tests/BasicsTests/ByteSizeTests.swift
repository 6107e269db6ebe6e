import Basics
import Testing

@Suite("Byte sizes")
struct ByteSizeTests {
  @Test(
    "are read as container engines read them",
    arguments: [
      ("0", 0), ("1024", 1024), ("1b", 1), ("512m", 512 << 20), ("8g", 8 << 30), ("8GiB", 8 << 30), ("8 GB", 8 << 30), ("1.5k", 1536),
      ("0.5g", 1 << 29), (" 2T ", 2 << 40),
    ] as [(String, Int64)])
  func reads(_ text: String, _ bytes: Int64) { #expect(ByteSize(text)?.bytes == bytes) }

  @Test(
    "refuse what is none",
    arguments: ["", "g", "-1", "1x", "1.2.3g", "1.", "9999999999p", "0x10", "1e3", "８g", "1.1234567g", "99999999999999999999"])
  func refuses(_ text: String) { #expect(ByteSize(text) == nil) }

  @Test(
    "are shown with the largest unit that fits",
    arguments: [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (8 << 30, "8 GiB"), ((1 << 40) - 1, "1023.9 GiB")] as [(Int64, String)])
  func shows(_ bytes: Int64, _ text: String) { #expect(ByteSize(bytes: bytes).description == text) }

  @Test("that are whole numbers of a unit survive showing and reading")
  func roundTrip() {
    for shift in stride(from: Int64(0), through: 50, by: 10) {
      for count in [Int64(1), 7, 512, 1000] {
        let size = ByteSize(bytes: count << shift)
        #expect(ByteSize(size.description)?.bytes == size.bytes, "\(size)")
      }
    }
  }
}
