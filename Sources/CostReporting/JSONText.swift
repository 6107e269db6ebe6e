import Basics

/// Values as compact JSON within other formats.
enum JSONText {
  /// The JSON of strings, numbers and what is made of them, which cannot fail.
  static func of(_ value: some Encodable) -> String {
    (try? JSON.encode(value, compact: true)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
