import Glibc

/// A file whose digest was asked for and that could not be opened or read.
public struct UnreadableFile: Error, Equatable, CustomStringConvertible {
  /// The file as it was named.
  public let path: String
  /// The `errno` of the call that failed.
  public let code: Int32

  /// A failure to read `path`.
  public init(path: String, code: Int32) {
    self.path = path
    self.code = code
  }

  /// Says what failed in one line.
  public var description: String { "cannot read \(path): \(String(cString: strerror(code)))" }
}
