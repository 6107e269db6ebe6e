public import FoundationEssentials

/// The one way this program writes and reads JSON: sorted keys, UTC times with milliseconds.
public enum JSON {
  /// Encodes; pretty with sorted keys unless `compact`. Ends with a newline unless `compact`.
  /// - Throws: `EncodingError`, for values that JSON cannot hold (NaN).
  public static func encode(_ value: some Encodable, compact: Bool = false) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = compact ? [.sortedKeys, .withoutEscapingSlashes] : [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom { date, encoder in
      var container = encoder.singleValueContainer()
      try container.encode(Timestamp.format(date))
    }
    var data = try encoder.encode(value)
    if !compact { data.append(0x0A) }
    return data
  }

  /// Decodes; times may be any ISO 8601 form.
  /// - Throws: `DecodingError`.
  public static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom { decoder in
      let container = try decoder.singleValueContainer()
      let text = try container.decode(String.self)
      guard let date = Timestamp.parse(text) else {
        throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no ISO 8601 time")
      }
      return date
    }
    return try decoder.decode(type, from: data)
  }
}
