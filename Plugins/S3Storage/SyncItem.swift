import FoundationEssentials

/// A file or an object, by its path from the root of what is compared.
struct SyncItem: Sendable, Equatable {
  var path: String
  var size: Int64
  var modifiedAt: Date?
  /// The store's tag of the bytes, or what it would be; nil when nobody knows.
  var tag: String?

  init(_ path: String, _ size: Int64, _ modifiedAt: Date? = nil, tag: String? = nil) {
    self.path = path
    self.size = size
    self.modifiedAt = modifiedAt
    self.tag = tag
  }
}
