/// A number as the versions of the API write it: bare, or `{"set": true, "infinite": false, "number": 5}`. Anything else is nil.
struct RestNumber: Decodable, Sendable, Equatable {
  var value: Int64?

  private enum Key: String, CodingKey { case set, infinite, number }

  init(from decoder: any Decoder) throws {
    if let bare = try? decoder.singleValueContainer().decode(Int64.self) {
      value = bare
    } else if let parts = try? decoder.container(keyedBy: Key.self) {
      let isSet = (try? parts.decode(Bool.self, forKey: .set)) ?? true
      let isInfinite = (try? parts.decode(Bool.self, forKey: .infinite)) ?? false
      value = isSet && !isInfinite ? try? parts.decode(Int64.self, forKey: .number) : nil
    }
  }
}

/// Words as the versions of the API write them: one text, or a list of them. Anything else is none.
struct RestWords: Decodable, Sendable, Equatable {
  var words: [String] = []

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    words = (try? value.decode([String].self)) ?? (try? value.decode(String.self)).map { [$0] } ?? []
  }

  /// A job's state: while its nodes are given back, that; else the first word, which is the base of the others.
  var state: String { words.contains("COMPLETING") ? "COMPLETING" : words.first ?? "" }
}
