/// Keys of the run file whose features come with later versions.
enum FutureKeys {
  /// The keys, and the values that ask for nothing.
  static let all: [(key: String, harmless: [String])] = [
    ("inputs", [])
  ]
}
