import Basics
public import CommandLineKit
public import ControlAPI

extension StorageURL: ArgumentValue {
  /// Reads `s3://bucket/key`.
  public init?(argument: String) { self.init(argument) }
  /// As it is written.
  public var argumentText: String { description }
  /// What a good value looks like.
  public static var expectation: String { "an address such as s3://bucket/key" }
}

/// How files on both sides are compared.
enum SyncComparison: String, ArgumentChoice {
  case time, size, checksum

  var comparison: StorageTransfer.Comparison {
    switch self {
    case .time: .time
    case .size: .size
    case .checksum: .checksum
    }
  }
}

/// How long something is.
struct Size: ArgumentValue, Equatable {
  let bytes: Int64
  init(_ bytes: Int64) { self.bytes = bytes }
  init?(argument: String) {
    guard let size = ByteSize(argument), size.bytes > 0 else { return nil }
    bytes = size.bytes
  }
  var argumentText: String { "\(ByteSize(bytes: bytes))" }
  static var expectation: String { "a size such as 100MB or 2GiB" }
}

/// Options of every storage command.
struct StorageOptions: Sendable {
  var store: String?
  static let fields: [Field<Self>] = [
    .option("storage", \.store, "The [storage.NAME] table of providers.toml", value: "name")
  ]
}

extension World {
  /// A bucket's address, or a path seen from here.
  func storagePlace(_ text: String) -> StoragePlace {
    if let url = StorageURL(text) { return .object(url) }
    let path = Paths.resolve(text, from: workingDirectory, home: environment["HOME"])
    return .file(text.hasSuffix("/") && path != "/" ? path + "/" : path)
  }
}
