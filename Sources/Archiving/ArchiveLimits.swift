import Basics

/// What an archive may make of a disk.
public struct ArchiveLimits: Sendable, Equatable {
  /// The most bytes of all files together.
  public var bytes: Int64
  /// The most files and folders.
  public var entries: Int

  /// Limits as given; of files as many as there would be if each took one block of a disk.
  public init(bytes: Int64, entries: Int? = nil) {
    self.bytes = bytes
    self.entries = entries ?? max(200_000, Int(clamping: bytes / 4096))
  }

  /// For an archive of a size: 200 times as much, and 2 GiB at least. gzip reaches 1000 times on text that repeats.
  public static func standard(archiveBytes: Int64) -> ArchiveLimits {
    ArchiveLimits(bytes: max(2 << 30, archiveBytes.multipliedReportingOverflow(by: 200).overflow ? .max : archiveBytes * 200))
  }
}
