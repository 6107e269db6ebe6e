/// An object, or all objects whose keys begin alike: `s3://bucket/key`.
public struct StorageURL: Sendable, Hashable, CustomStringConvertible {
  /// The bucket.
  public var bucket: String
  /// The key: any text; empty for the whole bucket.
  public var key: String

  /// An object of a bucket.
  public init(bucket: String, key: String) {
    self.bucket = bucket
    self.key = key
  }

  /// Reads `s3://bucket/key`. The key is taken as it stands: nothing in it is an escape.
  /// - Returns: nil when the text is something else.
  public init?(_ text: String) {
    guard text.hasPrefix("s3://") else { return nil }
    let rest = text.dropFirst(5)
    let bucket = rest.prefix { $0 != "/" }
    guard !bucket.isEmpty else { return nil }
    self.init(bucket: String(bucket), key: String(rest.dropFirst(bucket.count + 1)))
  }

  /// Whether it can only mean many objects.
  public var isFolder: Bool { key.isEmpty || key.hasSuffix("/") }
  /// The key as the beginning of others: with a slash at its end, unless it is empty.
  public var prefix: String { isFolder ? key : key + "/" }
  /// The last part of the key.
  public var name: String { key.split(separator: "/").last.map(String.init) ?? "" }
  /// As it is written.
  public var description: String { "s3://\(bucket)/\(key)" }
}

/// One end of a transfer.
public enum StoragePlace: Sendable, Equatable, CustomStringConvertible {
  /// An absolute path.
  case file(String)
  case object(StorageURL)

  /// As it is written.
  public var description: String {
    switch self {
    case .file(let path): path
    case .object(let url): url.description
    }
  }
}
