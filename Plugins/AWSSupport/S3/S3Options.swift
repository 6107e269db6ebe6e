/// How a store is asked: what differs from vendor to vendor.
public struct S3Options: Sendable, Equatable {
  /// Where the bucket's name stands in an address.
  public enum Addressing: Sendable, Equatable {
    /// In the host's name where that is possible, and in the path of an endpoint that somebody configured.
    case automatic
    case path
    case virtualHost
  }

  /// What is sent to prove that an object arrived as it was read, beside the signed SHA-256 of the body.
  public enum Checksums: Sendable, Equatable {
    /// A CRC-32 of every object, which the store checks and keeps.
    case whenSupported
    /// Nothing: stores that refuse fields they do not know.
    case whenRequired
  }

  /// Where the bucket's name stands.
  public var addressing: Addressing
  /// What is sent along.
  public var checksums: Checksums
  /// The size of a part of a large object, unless its 10,000 parts would not do: at least 5 MiB. Smaller objects are sent whole.
  public var partSize: Int64
  /// Parts on their way at the same time.
  public var parallelParts: Int

  /// Automatic addresses, checksums, four parts of 16 MiB.
  public init(
    addressing: Addressing = .automatic, checksums: Checksums = .whenSupported, partSize: Int64 = 16 << 20, parallelParts: Int = 4
  ) {
    self.addressing = addressing
    self.checksums = checksums
    self.partSize = max(5 << 20, partSize)
    self.parallelParts = max(1, parallelParts)
  }

  /// The size of the parts of an object (S3 User Guide, "Amazon S3 multipart upload limits").
  func partSize(of size: Int64) -> Int64 {
    let needed = (size + 9_999) / 10_000
    // Whole mebibytes, so that whoever knows the size of the object finds the size of its parts.
    return max(partSize, ((needed + (1 << 20) - 1) >> 20) << 20)
  }
}
