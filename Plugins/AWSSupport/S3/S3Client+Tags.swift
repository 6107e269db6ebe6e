import Basics
import Cryptography
import HTTPTransport

extension S3Client {
  /// The tag that a store would give a file, to compare with one that it gave an object of the same size.
  ///
  /// - Parameter tag: of the object; its form says of which sum it is.
  /// - Returns: nil when it cannot be known: the object is encrypted, was sent in parts of another size, or the file cannot be read.
  public func tag(ofFile path: String, like tag: String, size: Int64) async -> String? {
    guard let file = try? HTTPFile(opening: path) else { return nil }
    if ObjectProof.digest(tag) != nil {
      guard let sum = try? await FileFingerprint.of(file, 0, size, md5: true).md5 else { return nil }
      return "\"\(Hexadecimal.string(sum))\""
    }
    let parts = UploadPart.all(of: size, partSize: options.partSize(of: size))
    guard tag.filter({ $0 != "\"" }).split(separator: "-").last.flatMap({ Int($0) }) == parts.count else { return nil }
    var sums: [UInt8] = []
    for part in parts {
      guard let sum = try? await FileFingerprint.of(file, part.offset, part.length, md5: true).md5 else { return nil }
      sums += sum
    }
    return MD5.digest(of: sums).map { "\"\(Hexadecimal.string($0))-\(parts.count)\"" }
  }
}
